import type { BrokenFile } from './broken-file.fixture.ts'
import { agentic, decode, edit, fixed, head, multi, prefill } from './master-texts.fixture.ts'

/** Keys that are unknown or missing, and values of the wrong type. */
export const brokenFields: readonly BrokenFile[] = [
  // --- unknown keys
  {
    name: 'unknown top key',
    code: 'unknown-key',
    text: edit('  image: example/vllm:v1\n', '  image: example/vllm:v1\n  ▸imaeg: x\n'),
  },
  { name: 'unknown arm key', code: 'unknown-key', text: fixed('      - { tp: 4, conc-list: [1], ▸conclist: [2] }') },
  {
    name: 'unknown scenario',
    code: 'unknown-key',
    text: edit('    fixed-seq-len:\n', '    ▸fixed-len: []\n    fixed-seq-len:\n'),
  },
  {
    name: 'unknown scenario field',
    code: 'unknown-key',
    text: edit('    - isl: 1024\n', '    - ▸islx: 4\n      isl: 1024\n'),
  },
  {
    name: 'unknown worker key',
    code: 'unknown-key',
    text: multi(
      `      - conc-list: [1]\n        ${prefill}\n        decode: { num-worker: 1, tp: 8, ep: 1, dp-attn: false, ▸dp: 2 }`,
    ),
  },
  { name: 'unknown router key', code: 'unknown-key', text: edit('version: "1.0" }', 'version: "1.0", ▸tag: x }') },
  { name: 'unknown backend key', code: 'unknown-key', text: edit('{ name: hicache }', '{ name: hicache, ▸size: 3 }') },
  {
    name: 'trace-source was never accepted',
    code: 'unknown-key',
    text: edit('    - dram-utilization: 0.8', '    - ▸trace-source: x\n      dram-utilization: 0.8'),
  },
  {
    name: 'April word in an August file',
    code: 'unknown-key',
    text: agentic('      - { tp: 4, kv-offloading: none, ▸offloading: none, conc-list: [1], pp: 1 }'),
  },
  {
    name: 'April duration in an August file',
    code: 'unknown-key',
    text: edit('    - dram-utilization: 0.8', '    - ▸duration: 300\n      dram-utilization: 0.8'),
  },
  {
    name: 'key of the prototype',
    code: 'key',
    text: edit('  precision: fp8\n', '  precision: fp8\n  ▸__proto__: { polluted: true }\n'),
  },
  { name: 'entry named __proto__', code: 'key', text: `▸__proto__:\n  image: x\n` },
  {
    name: 'key called constructor',
    code: 'unknown-key',
    text: edit('  precision: fp8\n', '  precision: fp8\n  ▸constructor: x\n'),
  },
  {
    name: 'transfer on a single-node entry',
    code: 'unknown-key',
    text: edit('  runner: h100\n', '  runner: h100\n  ▸kv-p2p-transfer: nixl\n'),
  },
  // --- missing keys
  {
    name: 'no image',
    code: 'missing-key',
    text: `▸${head.replace('  image: example/vllm:v1\n', '')}  multinode: false\n  scenarios:\n    fixed-seq-len:\n    - { isl: 1, osl: 1, search-space: [{ tp: 1, conc-list: [1] }] }\n`,
  },
  {
    name: 'no multinode',
    code: 'missing-key',
    text: `▸${head}  scenarios:\n    fixed-seq-len:\n    - { isl: 1, osl: 1, search-space: [{ tp: 1, conc-list: [1] }] }\n`,
  },
  { name: 'no scenarios', code: 'missing-key', text: `▸${head}  multinode: false\n` },
  { name: 'no isl', code: 'missing-key', text: edit('    - isl: 1024\n      osl: 1024\n', '    - ▸osl: 1024\n') },
  { name: 'no tp', code: 'missing-key', text: fixed('      - ▸{ conc-list: [1] }') },
  {
    name: 'no search space',
    code: 'missing-key',
    text: `${head}  multinode: false\n  scenarios:\n    fixed-seq-len:\n    - ▸isl: 8192\n      osl: 1024\n`,
  },
  { name: 'no decode', code: 'missing-key', text: multi(`      - ▸conc-list: [1]\n        ${prefill}`) },
  {
    name: 'no ep of a role',
    code: 'missing-key',
    text: multi(
      `      - conc-list: [1]\n        ▸prefill: { num-worker: 1, tp: 8, dp-attn: false }\n        ${decode}`,
    ),
  },
  {
    name: 'router without version',
    code: 'missing-key',
    text: edit('  router: { name: example-router, version: "1.0" }', '  ▸router: { name: example-router }'),
  },
  { name: 'empty scenarios', code: 'no-scenario', text: `${head}  multinode: false\n  ▸scenarios: {}\n` },
  {
    name: 'empty lists of scenarios',
    code: 'no-scenario',
    text: `${head}  multinode: false\n  ▸scenarios: { fixed-seq-len: [], agentic-coding: [] }\n`,
  },
  {
    name: 'empty search space',
    code: 'empty',
    text: `${head}  multinode: false\n  scenarios:\n    fixed-seq-len:\n    - isl: 8192\n      osl: 1024\n      ▸search-space: []\n`,
  },
  // --- wrong types
  { name: 'tp as text', code: 'wrong-type', text: fixed('      - { tp: ▸"8", conc-list: [1] }') },
  { name: 'tp as a fraction', code: /wrong-type|out-of-bounds/, text: fixed('      - { tp: ▸2.5, conc-list: [1] }') },
  { name: 'tp as infinity', code: 'wrong-type', text: fixed('      - { tp: ▸.inf, conc-list: [1] }') },
  {
    name: 'tp too large for a number',
    code: /out-of-bounds|wrong-type/,
    text: fixed('      - { tp: ▸99999999999999999999, conc-list: [1] }'),
  },
  { name: 'tp zero', code: 'out-of-bounds', text: fixed('      - { tp: ▸0, conc-list: [1] }') },
  { name: 'tp negative', code: 'out-of-bounds', text: fixed('      - { tp: ▸-4, conc-list: [1] }') },
  { name: 'tp as a list', code: 'wrong-type', text: fixed('      - { tp: ▸[4, 8], conc-list: [1] }') },
  { name: 'tp null', code: 'wrong-type', text: fixed('      - { tp: ▸null, conc-list: [1] }') },
  { name: 'dp-attn as a number', code: 'wrong-type', text: fixed('      - { tp: 4, dp-attn: ▸1, conc-list: [1] }') },
  {
    name: 'spec-decoding misspelt',
    code: 'wrong-value',
    text: fixed('      - { tp: 4, spec-decoding: ▸mpt, conc-list: [1] }'),
  },
  {
    name: 'spec-decoding yes',
    code: 'wrong-value',
    text: fixed('      - { tp: 4, spec-decoding: ▸yes, conc-list: [1] }'),
  },
  { name: 'conc-list as a number', code: 'wrong-type', text: fixed('      - { tp: 4, conc-list: ▸8 }') },
  { name: 'conc-list with text', code: 'wrong-type', text: fixed('      - { tp: 4, conc-list: [1, ▸two] }') },
  { name: 'conc-start as text', code: 'wrong-type', text: fixed('      - { tp: 4, conc-start: ▸one, conc-end: 4 }') },
  {
    name: 'search space as a mapping',
    code: 'wrong-type',
    text: edit(
      '      search-space:\n      - { tp: 4, conc-start: 4, conc-end: 64 }\n      - { tp: 8, ep: 8, dp-attn: true, conc-list: [16, 128] }',
      '      search-space: ▸{ tp: 4 }',
    ),
  },
  { name: 'arm as text', code: 'wrong-type', text: fixed('      - ▸tp 4') },
  {
    name: 'scenarios as a list',
    code: 'wrong-type',
    text: `${head}  multinode: false\n  scenarios:\n    ▸- fixed-seq-len\n`,
  },
  {
    name: 'scenario list as null',
    code: 'wrong-type',
    text: `${head}  multinode: false\n  scenarios:\n    fixed-seq-len: ▸null\n    agentic-coding:\n    - search-space: [{ tp: 4, kv-offloading: none, conc-list: [1] }]\n`,
  },
  { name: 'entry as text', code: 'wrong-type', text: `▸tiny-fp8-h100-vllm: later\n` },
  { name: 'entry as nothing', code: 'wrong-type', text: `▸tiny-fp8-h100-vllm:\n` },
  { name: 'entry as a list', code: 'wrong-type', text: `▸tiny-fp8-h100-vllm:\n- image: x\n` },
  { name: 'precision as a number', code: 'wrong-type', text: edit('  precision: fp8', '  precision: ▸8') },
  { name: 'version as a number', code: 'wrong-type', text: edit('version: "1.0"', 'version: ▸1.0') },
  { name: 'version as a date', code: 'wrong-type', text: edit('version: "1.0"', 'version: ▸2026-08-22') },
  { name: 'model as yes', code: 'wrong-type', text: edit('  model: example/tiny', '  model: ▸on') },
  { name: 'multinode as text', code: 'wrong-value', text: edit('  multinode: false', '  multinode: ▸"false"') },
  {
    name: 'disagg on one node',
    code: 'wrong-value',
    text: edit('  multinode: false', '  multinode: false\n  disagg: ▸true'),
  },
  {
    name: 'dram-utilization above one',
    code: 'out-of-bounds',
    text: edit('dram-utilization: 0.8', 'dram-utilization: ▸80'),
  },
  {
    name: 'dram-utilization zero',
    code: 'out-of-bounds',
    text: edit('dram-utilization: 0.8', 'dram-utilization: ▸0.0'),
  },
  {
    name: 'dram-utilization as percent',
    code: 'wrong-type',
    text: edit('dram-utilization: 0.8', 'dram-utilization: ▸80%'),
  },
  {
    name: 'offloading to cpu in August',
    code: 'wrong-value',
    text: agentic('      - { tp: 4, kv-offloading: ▸cpu, conc-list: [1] }'),
  },
  { name: 'empty transfer', code: 'out-of-bounds', text: edit('kv-p2p-transfer: nixl', 'kv-p2p-transfer: ▸""') },
  {
    name: 'negative workers',
    code: 'out-of-bounds',
    text: multi(
      `      - conc-list: [1]\n        prefill: { num-worker: ▸-1, tp: 8, ep: 1, dp-attn: false }\n        ${decode}`,
    ),
  },
  {
    name: 'settings as a mapping',
    code: 'wrong-type',
    text: edit('additional-settings: ["DECODE_NODES=2"]', 'additional-settings: ▸{ DECODE_NODES: 2 }'),
  },
]
