// Strings, maps, buffers, compression, hashing, worker threads, child processes.
const { createHash } = require('crypto');
const zlib = require('zlib');
const { execFileSync } = require('child_process');
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');

const digest = (data) => createHash('md5').update(data).digest('hex');

let state = 42;
const number = (below) => {
  state = (state * 1103515245 + 12345) % 2147483648;
  return state % below;
};

function work(seed) {
  state = seed;
  const map = new Map();
  for (let i = 0; i < 60000; ++i) {
    const key = number(5000);
    map.set(key, (map.get(key) || '') + String.fromCharCode(97 + number(26)).repeat(number(20)));
    if (i % 11 === 0) map.delete(number(5000));
  }
  return digest([...map].sort((a, b) => a[0] - b[0]).join('\n'));
}

if (!isMainThread) {
  const buffers = [];
  for (let i = 0; i < 300; ++i) buffers.push(Buffer.alloc(i * 500, i));
  parentPort.postMessage(work(workerData) + digest(Buffer.concat(buffers)));
} else {
  console.log('maps', work(1));
  const documents = Array.from({ length: 20000 }, (_, i) => ({ id: i, name: `n${i}`, list: [i, i * 2, `${i}`] }));
  const json = JSON.stringify(documents);
  console.log('json', json.length, JSON.parse(json).length, digest(json));
  console.log('zlib', digest(zlib.gunzipSync(zlib.gzipSync(json, { level: 6 }))));
  console.log('brotli', digest(zlib.brotliDecompressSync(zlib.brotliCompressSync(json.slice(0, 300000)))));
  const buffers = [];
  for (let i = 0; i < 3000; ++i) {
    buffers.push(Buffer.alloc(number(20000), i % 256));
    if (buffers.length > 500) buffers.splice(number(400), 50);
  }
  console.log('buffers', digest(Buffer.concat(buffers)));
  console.log('numbers', digest((3n ** 20000n).toString()));
  console.log('child', execFileSync('/bin/echo', ['from', 'a', 'child']).toString());
  const answers = [];
  const start = (seed) => new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: seed });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  (async () => {
    for (let wave = 0; wave < 3; ++wave) {
      answers.push(...await Promise.all([1, 2, 3, 4].map((n) => start(wave * 10 + n))));
    }
    console.log('workers', answers.join(' '));
  })();
}
