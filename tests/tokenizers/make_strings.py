#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
#
# Writes the strings that tokenizers are tested with: of every script, white space, numbers, code, contractions,
# emoji, combining marks, special tokens, code points of all planes, and byte noise. Always the same ones.
#   make_strings.py FILE      per string: its size in bytes (4, little-endian), then the bytes
import struct
import sys

SENTENCES = """The quick brown fox jumps over the lazy dog, doesn't it?
Victor jagt zwölf Boxkämpfer quer über den großen Sylter Deich.
Portez ce vieux whisky au juge blond qui fume; l'été s'en est allé.
El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia y frío.
Luís argüia à Júlia que «brações, fé, chá, óxido» eram palavras.
Árvíztűrő tükörfúrógép. Příliš žluťoučký kůň úpěl ďábelské ódy.
Pchnąć w tę łódź jeża lub ośm skrzyń fig. Đông đảo, ưng ý, lặng lẽ.
Pijamalı hasta yağız şoföre çabucak güvendi. İstanbul'da IĞDIR ığdır.
Съешь же ещё этих мягких французских булок, да выпей чаю.
Чуєш їх, доцю, га? Кумедна ж ти, прощайся без ґольфів!
Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. Ἐν ἀρχῇ ἦν ὁ λόγος.
Լիրան բարի եւ քաջ է, իսկ մենք՝ ոչ։ ՀԱՅԱՍՏԱՆ
აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ ᲐᲑᲒᲓ ქართული ენა
דג סקרן שט בים מאוכזב ולפתע מצא לו חברה. שָׁלוֹם עֲלֵיכֶם
نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر. السَّلَامُ عَلَيْكُمْ ١٢٣
یک متن فارسی با نیم‌فاصله می‌خواهم؛ آیا ممکن است؟ ۱۲۳۴
ایک ٹیسٹ جملہ۔ یہ اردو ہے، اور ٹھیک ہے۔
ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश। १२३
আমার সোনার বাংলা, আমি তোমায় ভালোবাসি। ৪৫৬
ਪੰਜਾਬੀ ਬੋਲੀ ਸਭ ਤੋਂ ਮਿੱਠੀ ਹੈ। ગુજરાતી ભાષા મીઠી છે.
ଓଡ଼ିଆ ଭାଷା ସୁନ୍ଦର। தமிழ் மொழி இனிமையானது; வாழ்க! ௧௨௩
తెలుగు భాష తీయనిది. ಕನ್ನಡ ನುಡಿ ಚೆನ್ನ. മലയാളം മധുരമാണ്. සිංහල භාෂාව
เป็นมนุษย์สุดประเสริฐเลิศคุณค่า กว่าบรรดาฝูงสัตว์เดรัจฉาน ๑๒๓
ພາສາລາວ ງາມ ໑໒໓ ខ្មែរ ភាសា ១២៣ မြန်မာ ဘာသာစကား ၁၂၃
བོད་སྐད་ནི་སྙན་མོ་ཡོད། ༡༢༣ ᠮᠣᠩᠭᠣᠯ ᠬᠡᠯᠡ
天地玄黄，宇宙洪荒。日月盈昃，辰宿列张。她说：“你好！”2024年１２月
色は匂へど散りぬるを、我が世誰ぞ常ならむ。イロハニホヘト チリヌルヲ ﾊﾝｶｸ
키스의 고유조건은 입술끼리 만나야 하고 특별한 기술은 필요치 않다. ㄱㄴㄷ
ᄀᆞᆫ 옛한글 ꥠ ힰ ㆎ ㄅㄆㄇ ㄪ 注音符號
አማርኛ ቋንቋ ነው። ትግርኛ ፩፪፫ ߒߞߏ ߊߟߎ ⵜⴰⵎⴰⵣⵉⵖⵜ
ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ꭰꭱꭲ ᐃᓄᒃᑎᑐᑦ ᚠᚢᚦᚨᚱᚲ ᚛ᚑᚌᚐᚋ᚜
𐌰𐌱𐌲 𐍀𐌰𐌽 𐐔𐐯𐑅𐐨𐑉𐐯𐐻 𒀀𒁀𒂀 𓀀𓁐 𝒜𝓫𝔠 𝟘𝟙𝟚 𞤀𞤣𞤤𞤢𞤥 𠀀𠮷𪚥 𰻝
∀x∈ℝ: ⌈x⌉ = −⌊−x⌋, α ∧ ¬β ⇒ ∑ₙ n² ≤ ∞ ½ ⅔ Ⅷ ⅻ ① ⒈ ² ³ ₁
☃★♥ €100 £5 ¥7 ₿0.1 © ® ™ ° § ¶ † • … – — ‹› «» „“ ¿? ¡!""".split("\n")

CODE = [
    "def f(x, *args, **kw):\n    return {k: v for k, v in kw.items() if x != 0x1F}  # done\n",
    "for (int i = 0; i < n; ++i) {\n\ta[i] += b[i] * 3.14e-10f; // ok\n}\n\n\n",
    "SELECT * FROM t WHERE a<>'x''y' AND b>=10 ORDER BY c DESC;",
    "<div class=\"a b\">&nbsp;<br/>It's &lt;b&gt;</div>\r\n\r\n",
    "https://example.org/a/b?c=d&e=%20f#g user@example.com C:\\Temp\\new.txt /usr/lib",
    "if [[ $x -eq 1 ]]; then echo \"${y:-z}\" | sed 's/a/b/g' > /dev/null 2>&1; fi",
    "{\"key\": [1, 2.5, -3e7, null, true], \"s\": \"\\u00e9\\n\"}",
    "CamelCaseWords and snake_case_words, kebab-case, HTTPServer2XML, iPhone15Pro, aBCdeF",
    "0b1010 0xDEAD_BEEF 1_000_000 1,234,567.89 1e+9 3/4 12:34:56 2024-02-29T12:00:00Z",
    "!!! ??? ... ,,, ;;; ::: --- ___ === +++ *** /// \\\\\\ ||| ~~~ ``` ''' \"\"\" ((( ))) [[[ ]]] {{{ }}} <<< >>>",
    "$$$ $a $1 a$b <=> a<b>c ^_^ x^2 `code` ~home a|b a||b =\t= +1",
    "\ttab\t\ttabs\n\n  indented\n    more\r\n\r\nend  ",
    "(IMGIMG) IMGIMGABCZ IMGIMGABCDEZ <sentinel:12> <sentinel:> IMGIMGZ",
]

CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'T", "'RE", "'Re", "'VE", "'vE", "'M", "'LL",
                "'lL", "'D", "'x", "'", "''", "'\u017f", "'s's", "\u2019s", "'r", "'v", "'l", "'L", "'R"]

SPACES = [" ", "  ", "   ", "    ", "\t", "\t\t", "\n", "\n\n", "\n\n\n", "\r", "\r\n", "\r\n\r\n", "\x0b", "\x0c", "\x85",
          "\xa0", "\u1680", "\u2000", "\u2003", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000",
          " \n", "\n ", " \r\n ", "\t \n\t", "  \n  \n", "\x1c", "\x1d", "\x1e", "\x1f", "\u180e", "\u200b", "\ufeff",
          "\u2060", "\x00", "\x07", "\x7f", "\xad"]

NUMBERS = ["0", "7", "12", "123", "1234", "12345", "123456", "1234567", "1234567890123", "3.14159", "1,000", "-5", "1e9",
           "\u0661\u0662\u0663\u0664", "\u0967\u0968", "\uff11\uff12\uff13\uff14", "\xb2", "\xb2\xb3", "\xbd", "\u2167",
           "\u2460\u2461", "\u3007", "\u4e00\u4e8c\u4e09", "\U0001d7d8\U0001d7d9", "1\xb2", "0x1F", "12\u066134",
           "\u0e51\u0e52\u0e53\u0e54", "007", "99%", "#1", "\u20ac5", "1st", "2nd", "v1.2.3", "10\u03bcm"]

EMOJI = ["\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f1e9\U0001f1ea",
         "\U0001f44d\U0001f3fd", "\u2764\ufe0f", "\U0001f3f3\ufe0f\u200d\U0001f308", "1\ufe0f\u20e3", "\U0001f9d1\u200d\U0001f680",
         "\U0001f600\U0001f601", "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "\u263a",
         "\U0001fae9", "\U0001f6dc", "\U0001faf8", "\u231a"]

MARKS = ["e\u0301", "o\u0308\u0304", "\u0301", "a\u0300\u0301\u0302\u0303\u0304", "\u0928\u093c\u093f", "\u0e01\u0e49",
         "\u20dd", "x\u20d7", "\u05e9\u05c1\u05b8", "\u0651\u064e", "\ufe0f", "\u3099", "\u304b\u3099", "\U0001d167",
         "Z\u0351\u036b\u0343\u036a", "\u1ab0", "\u0903", "\u0488"]

PUNCTUATION = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") + [
    "\xa1", "\xa7", "\xab", "\xb6", "\xb7", "\xbf", "\u2010", "\u2014", "\u2018", "\u2019", "\u201c", "\u201d", "\u2026",
    "\u3001", "\u3002", "\uff01", "\uff0c", "\uff1a", "\u060c", "\u061f", "\u06d4", "\u0964", "\u0589", "\u17d4", "\u1362",
    "\u30fb", "\u300c", "\u300d", "\ufe30", "\xa9", "\xb1", "\xd7", "\u2192", "\u221e", "\u2580", "\u25a0", "\u20ac",
    "\u2581", "...", "!!", "?!", "--", "//", "::", "->", "=>", "<=", ">=", "==", "&&", "||", "**", "/*", "*/", ").", "\",", "');"]

WORDS = ["a", "I", "the", "The", "THE", "hello", "World", "iPhone", "aB", "Ab", "AB", "ABc", "aBC", "x", "naïve", "Straße",
         "ÉCOLE", "école", "слово", "СЛОВО", "Слово", "λόγος", "ΛΟΓΟΣ", "שלום", "سلام", "नमस्ते", "สวัสดี", "你好", "世界",
         "漢字かな", "カタカナ", "한국어", "ǅungla", "ﬁne", "ª", "ʰ", "ↃↄⱯ", "𐐀𐐨", "𝒳", "ꙮ", "ⅷ", "ᾳ", "ȺⱥꞌꞋ", "μm", "Ⓐ",
         "\u1c90\u10d0", "\u13a0\uab70", "\U00020000", "\U0002ebf0", "\U000323af", "\u9fff", "\u3400", "\uf900", "hello"]

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<s>", "</s>", "<unk>", "<pad>", "[own]", "[ow", "<mask>", "[MASK]",
            "<|eot_id|>", "<|start_header_id|>", "<start_of_turn>", "<end_of_turn>", "<bos>", "<eos>", "<0x41>", "<0x0A>",
            "<|start|>", "<|channel|>", "<|message|>", "<|end|>", "<|return|>", "<|call|>", "<|constrain|>", "<think>",
            "</think>", "<reponame>", "<fim_prefix>", "<PRE>", "[INST]", "[/INST]", "<|im_", "ab|", "b|c", "ab|c",
            "<unused7>", "<|endoftext|", "<extra_id_0>", "\u2581[own]", "<|tool_call|>"]

# Code points whose neighbourhoods differ in category, and where Unicode grew.
PLACES = [0x20, 0x7f, 0xa0, 0x100, 0x180, 0x240, 0x2b0, 0x300, 0x370, 0x400, 0x480, 0x530, 0x590, 0x600, 0x660, 0x6d0,
          0x700, 0x7c0, 0x860, 0x890, 0x900, 0x980, 0xa00, 0xa80, 0xb00, 0xb80, 0xc00, 0xc80, 0xd00, 0xd80, 0xe30, 0xe80,
          0xf00, 0x1000, 0x10a0, 0x1100, 0x1360, 0x13a0, 0x1400, 0x1680, 0x1700, 0x17b0, 0x1800, 0x1900, 0x1a00, 0x1ab0,
          0x1b00, 0x1bc0, 0x1c80, 0x1cd0, 0x1d00, 0x1dc0, 0x1e00, 0x1f00, 0x2000, 0x2070, 0x20a0, 0x2100, 0x2150, 0x2190,
          0x2300, 0x2440, 0x2460, 0x2500, 0x25a0, 0x2700, 0x2770, 0x2980, 0x2b00, 0x2c00, 0x2c60, 0x2ce0, 0x2d60, 0x2e00,
          0x2e80, 0x2fd0, 0x3000, 0x3090, 0x3100, 0x3190, 0x3200, 0x3250, 0x33ff, 0x4db0, 0x4dc0, 0x9fe0, 0xa480, 0xa620,
          0xa660, 0xa700, 0xa7d0, 0xa800, 0xa8e0, 0xa960, 0xaa60, 0xab30, 0xabe0, 0xac00, 0xd790, 0xd7fb, 0xe000, 0xf8f0,
          0xf900, 0xfa60, 0xfb00, 0xfbb0, 0xfd3e, 0xfe00, 0xfe30, 0xff00, 0xff60, 0xffe0, 0xfff0, 0x10000, 0x10100, 0x10140,
          0x102e0, 0x10300, 0x10400, 0x104b0, 0x10800, 0x10a00, 0x10d00, 0x10f00, 0x11000, 0x11060, 0x11100, 0x11400,
          0x11680, 0x118a0, 0x11d00, 0x11f00, 0x12000, 0x12400, 0x13000, 0x13430, 0x16800, 0x16b00, 0x16fe0, 0x17000,
          0x18d00, 0x1b000, 0x1bc00, 0x1cf00, 0x1d000, 0x1d160, 0x1d360, 0x1d400, 0x1d7c0, 0x1df00, 0x1e000, 0x1e100,
          0x1e2f0, 0x1e4d0, 0x1e800, 0x1e900, 0x1ec70, 0x1ee00, 0x1f000, 0x1f100, 0x1f1e0, 0x1f300, 0x1f6d0, 0x1f780,
          0x1f900, 0x1fa70, 0x1fae0, 0x1fb00, 0x1fbf0, 0x20000, 0x2a6d0, 0x2b730, 0x2cea0, 0x2ebe0, 0x2f800, 0x30000,
          0x313a0, 0x323b0, 0xe0000, 0xe0100, 0xf0000, 0x10fff0]


class Chance:
    """A generator of our own, so that no version of Python gives other strings."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit

    def of(self, things):
        return things[self.below(len(things))]


def utf8(text):
    return text.encode("utf-8", "surrogatepass")


def pairs():
    """Contractions, spaces, numbers and marks where they touch something else."""
    for part in CONTRACTIONS + SPACES + NUMBERS + EMOJI + MARKS:
        yield part
        yield f"it{part}"
        yield f"IT{part} is"
        yield f"5{part}x {part}9"
        yield f" {part} {part}\n{part}"


def mixtures(chance, count):
    pools = [WORDS, WORDS, WORDS, SPACES, [" "], [" "], NUMBERS, EMOJI, MARKS, PUNCTUATION, PUNCTUATION, CONTRACTIONS]
    for _ in range(count):
        yield "".join(chance.of(chance.of(pools)) for _ in range(1 + chance.below(14)))


def with_specials(chance, count):
    for special in SPECIALS:
        yield special
        yield f"a {special} b"
        yield f"{special}{special}\n {special}x"
    for _ in range(count):
        yield "".join(chance.of(chance.of([SPECIALS, SPECIALS, WORDS, SPACES, PUNCTUATION]))
                      for _ in range(1 + chance.below(8)))


def neighbourhoods(chance):
    for place in PLACES:
        points = [chr(place + i) for i in range(16) if place + i < 0x110000]
        yield "".join(points)
        yield "a" + " ".join(points) + "1" + "".join(reversed(points))
        start = place + chance.below(0x200)
        yield "".join(chr((start + 7 * i) % 0x110000) for i in range(24))


def slices(chance, count):
    text = "\n".join(SENTENCES + CODE)
    for _ in range(count):
        begin = chance.below(len(text))
        yield text[begin:begin + 1 + chance.below(60)]


def is_beyond_unicode(data):
    """Whether there is a sequence for a value beyond U+10FFFF, on which llama.cpp throws."""
    return any(a == 0xF4 and b >= 0x90 or a >= 0xF5 for a, b in zip(data, data[1:] + b"\0"))


def noise(chance, count):
    """Bytes that are no UTF-8: random ones, and texts with a byte lost, added or changed."""
    made = 0
    while made < count:
        data = bytearray(utf8(chance.of(SENTENCES))[chance.below(30):][:40])
        for _ in range(1 + chance.below(4)):
            at = chance.below(len(data))
            choice = chance.below(4)
            if choice == 0:
                del data[at]
            elif choice == 1:
                data[at] = chance.below(256)
            else:
                data[at:at] = bytes(chance.below(256) for _ in range(choice - 1))
        if made % 4 == 0:
            data = bytearray(chance.below(256) for _ in range(1 + chance.below(24)))
        if not is_beyond_unicode(bytes(data)):
            made += 1
            yield bytes(data)


def strings():
    chance = Chance(2026)
    texts = ["", *SENTENCES, *CODE, *(s.upper() for s in SENTENCES[:10]), *pairs(), *mixtures(chance, 700),
             *with_specials(chance, 150), *neighbourhoods(chance), *slices(chance, 200)]
    odd = [b"\xc0\xaf", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xed\xbf\xbf x", b"\xf0\x80\x80\x80", b"\xf4\x8f\xbf\xbf",
           b"\xef\xbf\xbe", b"a\x80b", b"\xe2\x96", b"\xe2\x96\x81", b"\xff\xfe"]
    return [utf8(text) for text in texts] + odd + list(noise(chance, 200))


def main():
    with open(sys.argv[1], "wb") as file:
        for data in strings():
            file.write(struct.pack("<I", len(data)) + data)


if __name__ == "__main__":
    main()
