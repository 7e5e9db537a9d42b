// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Asks llama.cpp for the logits of the random models, and how far its own ways to compute them lie apart.
//
//   node make_reference.mjs MODELS REFERENCE NODE_MODULES [NODE_MODULES ...]
//
// MODELS is what make_models.py wrote, REFERENCE the folder to write, NODE_MODULES a folder with the npm package
// node-llama-cpp. Further ones are copies whose @node-llama-cpp/linux-x64/bins keeps another libggml-cpu-NAME.so
// only, so that llama.cpp computes with the kernels of another processor.
//
// REFERENCE/NAME.f32 gets float32 logits [position][vocabulary] (little-endian), index.json the rest: what
// llama.cpp answers with its defaults (keys and values cached as fp16) on one thread, without flash attention.
// Rounding to fp16 turns the last bits of fp32 into differences of 1e-3, so models of plain F32 have a second
// file, NAME.cache_f32.f32: the same with a cache of fp32.
import {spawnSync} from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";

const PROMPT = Array.from({length: 40}, (_, i) => 5 + ((i * i * 37 + i * 101 + 90) % 251));
const PREFIXES = [1, 10, 24, 40];  // logits after so many tokens of the prompt, and then of
const STEPS = 8;                   // tokens, each the likeliest

// Ways to compute the same. "defaults" is the reference, which also picks the tokens.
const WAYS = {
  defaults: {},
  one_batch: {atOnce: true},
  token_by_token: {alone: true},
  flash_attention: {context: {flashAttention: true}},
};
const CACHES = {
  f16: {},
  f32: {experimentalKvCacheKeyType: "F32", experimentalKvCacheValueType: "F32"},
};
const cachesOf = (name) => name.endsWith("-f32") ? ["f16", "f32"] : ["f16"];

const logitsOf = (result) => {
  const row = new Float32Array(result.next.logits.size);
  for (const [token, logit] of result.next.logits) row[token] = logit;
  return row;
};

/** Logits after each prefix and each step. `tokens`: what follows the prompt, found where it is empty. */
async function evaluate(model, cache, way, tokens) {
  const context = await model.createContext({
    contextSize: 128, threads: 1, flashAttention: false, ...CACHES[cache], ...way.context,
  });
  const sequence = context.getSequence();
  const wanted = (token) => [token, {generateNext: {logits: true, temperature: 0}}];
  const rows = [];
  const feed = async (items) => {
    for (const result of await sequence.controlledEvaluate(items)) if (result) rows.push(logitsOf(result));
  };
  const prompt = PROMPT.map((token, i) => PREFIXES.includes(i + 1) ? wanted(token) : token);
  if (way.atOnce) {
    await feed([...prompt, ...tokens.slice(0, STEPS - 1).map(wanted)]);
  } else {
    if (way.alone) for (const item of prompt) await feed([item]);
    else await feed(prompt);
    for (let step = 0; step < STEPS; ++step) {
      if (tokens.length === step) tokens.push(rows.at(-1).indexOf(Math.max(...rows.at(-1))));
      if (step + 1 < STEPS) await feed([wanted(tokens[step])]);
    }
  }
  await context.dispose();
  return rows;
}

/** Evaluates every model in every way with one package; writes {name: {tokens, caches: {cache: {way: rows}}}}. */
async function work(models, modules, knownTokens, output) {
  const {getLlama} = await import(pathToFileURL(path.join(modules, "node-llama-cpp/dist/index.js")));
  const llama = await getLlama({gpu: false, build: "never", logLevel: "error"});
  const known = JSON.parse(fs.readFileSync(knownTokens));
  const answers = {};
  for (const file of fs.readdirSync(models).filter((entry) => entry.endsWith(".gguf")).sort()) {
    const name = path.basename(file, ".gguf");
    const model = await llama.loadModel({modelPath: path.join(models, file)});
    const tokens = known[name] ?? [];
    const caches = {};
    for (const cache of cachesOf(name)) {
      caches[cache] = {};
      for (const [way, how] of Object.entries(WAYS)) {
        caches[cache][way] = (await evaluate(model, cache, how, tokens)).map((row) => Array.from(row));
      }
    }
    answers[name] = {tokens, caches};
    await model.dispose();
  }
  fs.writeFileSync(output, JSON.stringify(answers));
  process.exit(0);
}

/** Standard deviation. */
function spread(row) {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  return Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length);
}

/** The largest difference relative to the spread of the logits of its position. */
function distance(rows, reference) {
  let largest = 0;
  for (const [i, row] of reference.entries()) {
    for (const [j, value] of row.entries()) {
      largest = Math.max(largest, Math.abs(rows[i][j] - value) / spread(row));
    }
  }
  return Number(largest.toPrecision(3));
}

/** The answers of every package; the first one's tokens are fed to the others. */
function askAll(models, packages) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "reference-"));
  const knownTokens = path.join(scratch, "tokens.json"), output = path.join(scratch, "answers.json");
  fs.writeFileSync(knownTokens, "{}");
  const answers = packages.map((modules) => {
    const script = fileURLToPath(import.meta.url);
    const run = spawnSync(process.execPath, [script, "--work", models, modules, knownTokens, output], {stdio: "inherit"});
    if (run.status !== 0) throw new Error(`${modules}: status ${run.status}`);
    const answer = JSON.parse(fs.readFileSync(output));
    const tokens = Object.entries(answer).map(([name, {tokens}]) => [name, tokens]);
    fs.writeFileSync(knownTokens, JSON.stringify(Object.fromEntries(tokens)));
    return answer;
  });
  fs.rmSync(scratch, {recursive: true});
  return answers;
}

/** The processor whose kernels a package has: its only libggml-cpu-NAME.so, or "all". */
function kernelsOf(modules) {
  const files = fs.readdirSync(path.join(modules, "@node-llama-cpp/linux-x64/bins"), {recursive: true});
  const names = files.map((file) => /libggml-cpu-(.*)\.so/.exec(file)?.[1]).filter(Boolean);
  return names.length === 1 ? names[0] : "all";
}

/** {way or kernels: distance from the defaults} for a model and a cache. */
function ownDifferences(answers, kernels, name, cache) {
  const own = {};
  for (const [i, answer] of answers.entries()) {
    for (const [way, rows] of Object.entries(answer[name].caches[cache])) {
      if (i === 0 && way === "defaults") continue;
      const label = i === 0 ? way : `${kernels[i]} ${way}`;
      own[label] = distance(rows, answers[0][name].caches[cache].defaults);
    }
  }
  return own;
}

function main(models, reference, packages) {
  const answers = askAll(models, packages), kernels = packages.map(kernelsOf);
  const packageFile = (name) => JSON.parse(fs.readFileSync(path.join(packages[0], "node-llama-cpp", name)));
  const index = {
    llama_cpp: packageFile("llama/llama.cpp.info.json").tag,
    node_llama_cpp: packageFile("package.json").version,
    kernels, prompt: PROMPT, prefixes: PREFIXES, models: {},
  };
  fs.mkdirSync(reference, {recursive: true});
  for (const [name, {tokens, caches}] of Object.entries(answers[0])) {
    const entry = {
      sha256: crypto.createHash("sha256").update(fs.readFileSync(path.join(models, name + ".gguf"))).digest("hex"),
      tokens, vocabulary: caches.f16.defaults[0].length, own_differences: {},
    };
    for (const [cache, {defaults}] of Object.entries(caches)) {
      const file = cache === "f16" ? `${name}.f32` : `${name}.cache_${cache}.f32`;
      fs.writeFileSync(path.join(reference, file), Buffer.from(Float32Array.from(defaults.flat()).buffer));
      entry.own_differences[cache] = ownDifferences(answers, kernels, name, cache);
    }
    entry.spread = Number(Math.min(...caches.f16.defaults.map(spread)).toPrecision(3));
    index.models[name] = entry;
  }
  fs.writeFileSync(path.join(reference, "index.json"), JSON.stringify(index, null, 1) + "\n");
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--work") await work(...rest);
else main(first, rest[0], rest.slice(1));
