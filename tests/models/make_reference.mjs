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
// REFERENCE/NAME.f32 gets float32 logits [position][vocabulary] (little-endian), index.json the rest; logits
// are what llama.cpp answers with its defaults (cache of fp16) on one thread, without flash attention.
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
  flash_attention: {context: {flashAttention: true}},
  two_threads: {context: {threads: 2}},
  one_batch: {atOnce: true},
  token_by_token: {alone: true},
  cache_f32: {context: {experimentalKvCacheKeyType: "F32", experimentalKvCacheValueType: "F32"}},
};

const logitsOf = (result) => {
  const row = new Float32Array(result.next.logits.size);
  for (const [token, logit] of result.next.logits) row[token] = logit;
  return row;
};

/** Logits after each prefix and each step. `tokens`: what follows the prompt, found where it is empty. */
async function evaluate(model, way, tokens) {
  const context = await model.createContext({contextSize: 128, threads: 1, flashAttention: false, ...way.context});
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

/** Evaluates every model in every way with one package; writes {name: {tokens, rows: {way: [...]}}}. */
async function work(models, modules, knownTokens, output) {
  const {getLlama} = await import(pathToFileURL(path.join(modules, "node-llama-cpp/dist/index.js")));
  const llama = await getLlama({gpu: false, build: "never", logLevel: "error"});
  const known = JSON.parse(fs.readFileSync(knownTokens));
  const answers = {};
  for (const file of fs.readdirSync(models).filter((entry) => entry.endsWith(".gguf")).sort()) {
    const name = path.basename(file, ".gguf");
    const model = await llama.loadModel({modelPath: path.join(models, file)});
    const tokens = known[name] ?? [];
    const rows = {};
    for (const [way, how] of Object.entries(WAYS)) {
      rows[way] = (await evaluate(model, how, tokens)).map((row) => Array.from(row));
    }
    answers[name] = {tokens, rows};
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

function main(models, reference, packages) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "reference-"));
  const knownTokens = path.join(scratch, "tokens.json");
  fs.writeFileSync(knownTokens, "{}");
  const answers = packages.map((modules, i) => {
    const output = path.join(scratch, `${i}.json`);
    const run = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--work", models, modules, knownTokens, output],
                          {stdio: "inherit"});
    if (run.status !== 0) throw new Error(`${modules}: status ${run.status}`);
    const answer = JSON.parse(fs.readFileSync(output));
    fs.writeFileSync(knownTokens, JSON.stringify(Object.fromEntries(Object.entries(answer).map(([k, v]) => [k, v.tokens]))));
    return answer;
  });
  const kernels = packages.map((modules) => fs.readdirSync(path.join(modules, "@node-llama-cpp/linux-x64/bins"), {recursive: true})
    .filter((name) => name.includes("libggml-cpu-")).map((name) => /libggml-cpu-(.*)\.so/.exec(name)[1]))
    .map((names) => names.length === 1 ? names[0] : "all");
  const packageFile = (name) => JSON.parse(fs.readFileSync(path.join(packages[0], "node-llama-cpp", name)));
  const index = {
    llama_cpp: packageFile("llama/llama.cpp.info.json").tag,
    node_llama_cpp: packageFile("package.json").version,
    processor: os.cpus()[0].model, kernels: kernels[0],
    prompt: PROMPT, prefixes: PREFIXES, models: {},
  };
  fs.mkdirSync(reference, {recursive: true});
  for (const [name, {tokens, rows}] of Object.entries(answers[0])) {
    const truth = rows.defaults;
    fs.writeFileSync(path.join(reference, name + ".f32"), Buffer.from(Float32Array.from(truth.flat()).buffer));
    const own = {};
    for (const way of Object.keys(WAYS)) if (way !== "defaults") own[way] = distance(rows[way], truth);
    for (const [i, other] of answers.slice(1).entries()) {
      own[`kernels_${kernels[i + 1]}`] = distance(other[name].rows.defaults, truth);
      own[`kernels_${kernels[i + 1]}_token_by_token`] = distance(other[name].rows.token_by_token, truth);
    }
    index.models[name] = {
      sha256: crypto.createHash("sha256").update(fs.readFileSync(path.join(models, name + ".gguf"))).digest("hex"),
      tokens, vocabulary: truth[0].length,
      spread: Number(Math.min(...truth.map(spread)).toPrecision(3)), own_differences: own,
    };
  }
  fs.writeFileSync(path.join(reference, "index.json"), JSON.stringify(index, null, 1) + "\n");
  fs.rmSync(scratch, {recursive: true});
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--work") await work(...rest);
else main(first, rest[0], rest.slice(1));
