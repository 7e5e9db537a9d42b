// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Answers a prompt greedily with llama.cpp (npm package node-llama-cpp) and prints one JSON object: token ids, seconds
// of prefill and decode. Used by bench/run.py.
//   node llama_cpp.mjs NODE_MODULES MODEL.gguf TOKENS THREADS 'JSON array of prompt token ids'
import {pathToFileURL} from "node:url";
import path from "node:path";

const [nodeModules, modelPath, tokenCount, threads, promptTokens] = process.argv.slice(2);
const entry = path.resolve(nodeModules, "node-llama-cpp", "dist", "index.js");
const {getLlama} = await import(pathToFileURL(entry).href);

const llama = await getLlama({gpu: false, logLevel: "error", maxThreads: Number(threads)});
const model = await llama.loadModel({modelPath, useMmap: true});
const prompt = JSON.parse(promptTokens);
const context = await model.createContext({
    contextSize: Math.min(model.trainContextSize, prompt.length + Number(tokenCount) + 8),
    batchSize: 512,
    threads: Number(threads)
});

/** One greedy answer; seconds until the first token, and from there to the last. */
async function answer() {
    const sequence = context.getSequence();
    const tokens = [];
    const begin = performance.now();
    let first = begin;
    for await (const token of sequence.evaluate(prompt, {temperature: 0, yieldEogToken: true})) {
        if (tokens.length === 0) first = performance.now();
        tokens.push(token);
        if (tokens.length >= Number(tokenCount)) break;
    }
    const end = performance.now();
    sequence.dispose();
    return {tokens, prefill_seconds: (first - begin) / 1000, decode_seconds: (end - first) / 1000};
}

await answer(); // warms up: pages of the file, threads
console.log(JSON.stringify(await answer()));
process.exit(0);
