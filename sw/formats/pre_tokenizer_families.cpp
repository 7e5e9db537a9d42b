// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The families' patterns, from the models' own tokenizer.json; names, and what to do where a pattern's words
// mean little to llama.cpp (cases of letters), from github.com/ggml-org/llama.cpp (src/llama-vocab.cpp).
#include "sw/formats/pre_tokenizer_families.h"

namespace areia::sw {
namespace {

// clang-format off
constexpr std::string_view kEachNumber = R"(\p{N})";
constexpr std::string_view kGpt2Words =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

constexpr std::string_view kGpt2[] = {
    kGpt2Words,
};

constexpr std::string_view kSmollm[] = {
    kEachNumber,
    kGpt2Words,
};

constexpr std::string_view kLlama3[] = {
    R"((?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|)"
    R"(\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kQwen2[] = {
    R"((?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|)"
    R"(\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kQwen35[] = {
    R"((?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|)"
    R"([^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|)"
    R"(\s+(?!\S)|\s+)",
};

constexpr std::string_view kGpt4o[] = {
    R"([^\r\n\p{L}\p{N}]?[A-Z\p{Lx}]*[a-z\p{Lx}]+(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|)"
    R"('[lL][lL]|'[dD])?|[^\r\n\p{L}\p{N}]?[A-Z\p{Lx}]+[a-z\p{Lx}]*(?:'[sS]|'[tT]|'[rR][eE]|)"
    R"('[vV][eE]|'[mM]|'[lL][lL]|'[dD])?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|)"
    R"(\s+(?!\S)|\s+)",
};

constexpr std::string_view kTekken[] = {
    R"([^\r\n\p{L}\p{N}]?[A-Z\p{Lx}]*[a-z\p{Lx}]+|[^\r\n\p{L}\p{N}]?[A-Z\p{Lx}]+[a-z\p{Lx}]*|)"
    R"(\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kGraniteEmbedding[] = {
    R"([^\r\n\p{L}\p{N}]?[A-Z\p{Lx}\p{M}]*[a-z\p{Lx}\p{M}]+(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|)"
    R"('[mM]|'[lL][lL]|'[dD])?|[^\r\n\p{L}\p{N}]?[A-Z\p{Lx}\p{M}]+[a-z\p{Lx}\p{M}]*(?:'[sS]|)"
    R"('[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)"
    R"(\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kTinyAya[] = {
    kDigitGroups,
    R"([^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|)"
    R"('[dD])?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kYoutu[] = {
    R"([가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|[一-龥぀-ゟ゠-ヿ]+)",
    R"([^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|)"
    R"('[dD])?|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kFalcon[] = {
    R"([\p{P}\$\+<=>\^~\|`]+)",
    kGpt2Words,
    R"([0-9][0-9][0-9])",
};

constexpr std::string_view kDeepseekLlm[] = {
    R"([\r\n])",
    R"(\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+)",
    R"(\s?[!-/:-~！-／：-～‘-‟　-。]+)",
    R"(\s+$)",
    R"([一-龥ࠀ-一가-퟿]+)",
    R"(\p{N}+)",
};

constexpr std::string_view kDeepseekCoder[] = {
    R"([\r\n])",
    R"(\s?\p{L}+)",
    R"(\s?\p{P}+)",
    R"([一-龥ࠀ-一가-퟿]+)",
    kEachNumber,
};

constexpr std::string_view kDeepseek3[] = {
    R"(\p{N}{1,3})",
    R"([一-龥぀-ゟ゠-ヿ]+)",
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|)"
    R"( ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kSpark[] = {
    R"(\p{N}{1,3})",
    R"([一-龥぀-ゟ゠-ヿ]+)",
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|)"
    R"( ?[\p{P}\p{S}]+|[\r\n]|\s+(?!\S)|\s+)",
    kEachNumber,
};

constexpr std::string_view kBloom[] = {
    R"( ?[^(\s|.,!?…。，、।۔،)]+)",
};

constexpr std::string_view kViking[] = {
    R"( ?[^(\s|.,!?…。，、।۔،)]+)",
    kEachNumber,
};

constexpr std::string_view kChameleon[] = {
    R"(<sentinel:[0-9]+>)",
    R"((IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z)",
    R"(([\t\n]|    |  ))",
    kEachNumber,
    R"([\p{P}!-/:-@\[-`{-~])",
    kGpt2Words,
};

constexpr std::string_view kKimiK2[] = {
    R"(\p{Han}+|[^\r\n\p{L}\p{Han}\p{N}]?\p{L}+(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|)"
    R"('[lL][lL]|'[dD])?|\p{N}{1,3}| ?[^\s\p{L}\p{Han}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kSuperbpe[] = {
    R"(\p{N}+)",
    kThousands,
};

constexpr std::string_view kBailingmoe[] = {
    R"('(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)",
};

constexpr std::string_view kSeedCoder[] = {
    R"((?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|)"
    R"(\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kUfakzeka[] = {
    R"([^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kAfmoe[] = {
    kDigitGroups,
    R"([一-鿿㐀-䶿豈-﫿぀-ゟ゠-ヿ･-ﾟ⼀-⿟เ-๿຀-໿ក-៿က-႟ꩠ-ꩿꧠ-꧿가-힯ᄀ-ᇿ]+)",
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|)"
    R"( ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kLaguna[] = {
    R"([^\n]+|\n+)",
    R"((?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|)"
    R"(\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kExaoneMoe[] = {
    R"((?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|)"
    R"([^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|)"
    R"(\s*[\r\n]|\s+(?!\S)|\s+)",
};

constexpr std::string_view kMinicpm5[] = {
    R"(\p{N}{1,3})",
    R"((?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|)"
    R"(\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kJais2[] = {
    R"((?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|)"
    R"(\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s{512}(?!\S)|\s{256}(?!\S)|)"
    R"(\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|)"
    R"(\s{1,2}(?!\S)|\s{1})",
};

constexpr std::string_view kDefault[] = {
    R"([\p{P}\$\+<=>\^~\|]+)",
    kGpt2Words,
    R"(\p{N}+)",
    R"([0-9][0-9][0-9])",
};

constexpr std::string_view kGemma4[] = {
    R"([^\n]+|\n+)",
};

constexpr std::string_view kLlama3Published[] = {
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|)"
    R"([^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kQwen2Published[] = {
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|)"
    R"([^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kQwen35Published[] = {
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}|)"
    R"( ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kGpt4oPublished[] = {
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
    R"(\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

constexpr std::string_view kTekkenPublished[] = {
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|)"
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|)"
    R"(\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

// clang-format on

constexpr std::string_view kGpt2Names[] = {
    "gpt-2",   "phi-2",  "jina-es",     "jina-de",         "gigachat",     "jina-v2-es",  "jina-v2-de",
    "a.x-4.0", "mellum", "modern-bert", "jina-v1-en",      "jina-v2-code", "roberta-bpe", "mpt",
    "olmo",    "jais",   "trillion",    "granite-docling", "exaone4"};
constexpr std::string_view kSmollmNames[] = {"smollm",    "starcoder", "refact",     "command-r",
                                             "codeshell", "exaone",    "minerva-7b", "mellum2"};
constexpr std::string_view kLlama3Names[] = {"llama-bpe", "llama3",   "llama-v3", "falcon3",     "falcon-h1",
                                             "pixtral",   "midm-2.0", "lfm2",     "jina-v5-nano"};
constexpr std::string_view kDbrxNames[] = {"dbrx", "smaug-bpe"};
constexpr std::string_view kGlm4Names[] = {"glm4", "chatglm-bpe"};
constexpr std::string_view kQwen2Names[] = {"qwen2",   "deepseek-r1-qwen", "kormo",
                                            "f2llmv2", "megrez",           "stablelm2",
                                            "hunyuan", "solar-open",       "grok-2"};
constexpr std::string_view kQwen35Names[] = {"qwen35"};
constexpr std::string_view kGpt4oNames[] = {"gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"};
constexpr std::string_view kTekkenNames[] = {"tekken"};
constexpr std::string_view kGraniteEmbeddingNames[] = {"granite-embed-multi-97m"};
constexpr std::string_view kTinyAyaNames[] = {"tiny_aya", "cohere2moe"};
constexpr std::string_view kYoutuNames[] = {"youtu"};
constexpr std::string_view kFalconNames[] = {"falcon"};
constexpr std::string_view kDeepseekLlmNames[] = {"deepseek-llm"};
constexpr std::string_view kDeepseekCoderNames[] = {"deepseek-coder"};
constexpr std::string_view kDeepseek3Names[] = {"deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"};
constexpr std::string_view kSparkNames[] = {"spark2_5"};
constexpr std::string_view kBloomNames[] = {"poro-chat", "bloom", "gpt3-finnish"};
constexpr std::string_view kVikingNames[] = {"viking"};
constexpr std::string_view kChameleonNames[] = {"chameleon"};
constexpr std::string_view kKimiK2Names[] = {"kimi-k2"};
constexpr std::string_view kSuperbpeNames[] = {"superbpe"};
constexpr std::string_view kBailingmoeNames[] = {"bailingmoe", "bailingmoe2", "llada-moe"};
constexpr std::string_view kSeedCoderNames[] = {"seed-coder"};
constexpr std::string_view kUfakzekaNames[] = {"ufakzeka"};
constexpr std::string_view kAfmoeNames[] = {"afmoe"};
constexpr std::string_view kLagunaNames[] = {"laguna"};
constexpr std::string_view kExaoneMoeNames[] = {"exaone-moe"};
constexpr std::string_view kMinicpm5Names[] = {"minicpm5"};
constexpr std::string_view kJais2Names[] = {"jais-2"};
constexpr std::string_view kDefaultNames[] = {"default"};
constexpr std::string_view kGemma4Names[] = {"gemma4", "granite-embed-multi-311m"};
constexpr std::string_view kSarvamMoeNames[] = {"sarvam-moe"};

constexpr PreTokenizerFamily kFamilies[] = {
    {kGpt2Names, kGpt2, {}},
    {kSmollmNames, kSmollm, {}},
    {kLlama3Names, kLlama3, {.ignore_merges = true, .adds_bos = true}, kLlama3Published},
    {kDbrxNames, kLlama3, {}},
    {kGlm4Names, kLlama3, {.has_bos = false}},
    {kQwen2Names, kQwen2, {}, kQwen2Published},
    {kQwen35Names, kQwen35, {}, kQwen35Published},
    {kGpt4oNames, kGpt4o, {}, kGpt4oPublished},
    {kTekkenNames, kTekken, {.ignore_merges = true, .adds_bos = true}, kTekkenPublished},
    {kGraniteEmbeddingNames, kGraniteEmbedding, {.ignore_merges = true}},
    {kTinyAyaNames, kTinyAya, {}},
    {kYoutuNames, kYoutu, {.ignore_merges = true}},
    {kFalconNames, kFalcon, {}},
    {kDeepseekLlmNames, kDeepseekLlm, {}},
    {kDeepseekCoderNames, kDeepseekCoder, {}},
    {kDeepseek3Names, kDeepseek3, {}},
    {kSparkNames, kSpark, {}},
    {kBloomNames, kBloom, {}},
    {kVikingNames, kViking, {}},
    {kChameleonNames, kChameleon, {.adds_bos = true}},
    {kKimiK2Names, kKimiK2, {}},
    {kSuperbpeNames, kSuperbpe, {}},
    {kBailingmoeNames, kBailingmoe, {}},
    {kSeedCoderNames, kSeedCoder, {}},
    {kUfakzekaNames, kUfakzeka, {}},
    {kAfmoeNames, kAfmoe, {}},
    {kLagunaNames, kLaguna, {}},
    {kExaoneMoeNames, kExaoneMoe, {}},
    {kMinicpm5Names, kMinicpm5, {.ignore_merges = true}},
    {kJais2Names, kJais2, {}},
    {kDefaultNames, kDefault, {}},
    {kGemma4Names,
     kGemma4,
     {.always_bos = true, .byte_level = false, .marks_spaces = true, .whole_newlines = true}},
    {kSarvamMoeNames, kGemma4, {.byte_level = false, .marks_spaces = true}},
};

}  // namespace

std::span<const PreTokenizerFamily> pre_tokenizer_families() { return kFamilies; }

}  // namespace areia::sw
