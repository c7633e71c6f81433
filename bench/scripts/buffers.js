// Buffers, JSON and compression: what a server in JavaScript does outside its collected heap.
const fs = require('fs');
const zlib = require('zlib');

const text = fs.readFileSync(process.argv[2]);
const records = JSON.parse(text);
let total = 0;
for (let round = 0; round < 3; round++) {
  const chunks = [];
  for (const record of records) {
    const chunk = Buffer.from(JSON.stringify(record));
    chunks.push(Buffer.concat([Buffer.allocUnsafeSlow(64).fill(round), chunk]));
  }
  for (let at = 0; at < 300; at++) {
    const packed = zlib.deflateSync(chunks[at]);
    total += zlib.inflateSync(packed).length;
  }
  total += Buffer.concat(chunks).length;
}
console.log(total, records.length);
