import type { BrokenFile } from './broken-file.fixture.ts'
import { augustMaster } from './master-files.fixture.ts'
import { agentic, decode, edit, fixed, multi, multiAgentic, prefill } from './master-texts.fixture.ts'

/** Fields that are right alone and wrong together, and names that hold what they may not. */
export const brokenShapes: readonly BrokenFile[] = [
  // --- concurrency
  {
    name: 'both forms of concurrency',
    code: 'concurrency-both-forms',
    text: fixed('      - { tp: 4, conc-list: [1, 2], ▸conc-start: 1, conc-end: 8 }'),
  },
  {
    name: 'list and a lone start',
    code: 'concurrency-both-forms',
    text: fixed('      - { tp: 4, conc-list: [1, 2], ▸conc-start: 1 }'),
  },
  {
    name: 'range reversed',
    code: 'concurrency-reversed',
    text: fixed('      - { tp: 4, conc-start: ▸64, conc-end: 4 }'),
  },
  { name: 'range without end', code: 'concurrency-half-range', text: fixed('      - { tp: 4, ▸conc-start: 4 }') },
  { name: 'no concurrency', code: 'concurrency-missing', text: fixed('      - ▸{ tp: 4 }') },
  { name: 'empty conc-list', code: 'concurrency-missing', text: fixed('      - { tp: 4, ▸conc-list: [] }') },
  { name: 'conc-list of zero', code: 'concurrency-not-positive', text: fixed('      - { tp: 4, conc-list: [▸0] }') },
  {
    name: 'conc-list with a negative',
    code: 'concurrency-not-positive',
    text: fixed('      - { tp: 4, conc-list: [4, ▸-8] }'),
  },
  {
    name: 'range from zero',
    code: 'concurrency-not-positive',
    text: fixed('      - { tp: 4, conc-start: ▸0, conc-end: 8 }'),
  },
  { name: 'concurrency twice', code: 'duplicate-point', text: fixed('      - { tp: 4, conc-list: [4, 8, ▸4] }') },
  // --- topology, offloading, components
  { name: 'tp larger than the node', code: 'tp-over-node', text: fixed('      - { tp: ▸16, conc-list: [1] }') },
  {
    name: 'tp times pp larger than the node',
    code: 'tp-over-node',
    text: fixed('      - { tp: ▸8, pp: 2, conc-list: [1] }'),
  },
  {
    name: 'multi-node shape in a single-node entry',
    code: 'topology-nodes',
    text: agentic(`      - conc-list: [1]\n        ▸${prefill}\n        ${decode}`),
  },
  {
    name: 'multi-node shape in a single-node fixed entry',
    code: 'unknown-key',
    text: fixed(`      - conc-list: [1]\n        tp: 4\n        ▸${prefill}\n        ${decode}`),
  },
  {
    name: 'single-node shape in a multi-node entry',
    code: 'topology-nodes',
    text: multiAgentic('      - { ▸tp: 8, kv-offloading: none, conc-list: [1] }'),
  },
  {
    name: 'tp beside prefill',
    code: 'topology-both',
    text: agentic(`      - conc-list: [1]\n        tp: 4\n        kv-offloading: none\n        ▸${prefill}`),
  },
  {
    name: 'prefill alone',
    code: 'topology-missing',
    text: multiAgentic(`      - ▸conc-list: [1]\n        ${prefill}`),
  },
  {
    name: 'pp beside prefill',
    code: 'topology-field',
    text: multiAgentic(`      - conc-list: [1]\n        ▸pp: 2\n        ${prefill}\n        ${decode}`),
  },
  {
    name: 'dcp-size does not divide tp',
    code: 'dcp-size',
    text: fixed('      - { tp: 8, dcp-size: ▸3, conc-list: [1] }'),
  },
  {
    name: 'dcp-size of a role does not divide tp',
    code: 'dcp-size',
    text: multi(
      `      - conc-list: [1]\n        prefill: { num-worker: 1, tp: 8, dcp-size: ▸5, ep: 1, dp-attn: false }\n        ${decode}`,
    ),
  },
  {
    name: 'hardware of one role',
    code: 'hardware-pair',
    text: multi(
      `      - conc-list: [1]\n        prefill: { num-worker: 1, tp: 8, ep: 1, dp-attn: false, ▸hardware: h100 }\n        ${decode}`,
    ),
  },
  {
    name: 'workers of no size',
    code: 'out-of-bounds',
    text: multi(
      `      - conc-list: [1]\n        prefill: { num-worker: 1, tp: ▸0, ep: 1, dp-attn: false }\n        ${decode}`,
    ),
  },
  {
    name: 'agentic without kv-offloading',
    code: 'offloading-missing',
    text: agentic('      - ▸{ tp: 4, conc-list: [1], pp: 1 }'),
  },
  {
    name: 'backend without offloading',
    code: 'offloading-backend',
    text: agentic('      - { tp: 4, kv-offloading: none, ▸kv-offload-backend: { name: x }, conc-list: [1] }'),
  },
  {
    name: 'dram without backend',
    code: 'offloading-backend',
    text: agentic('      - { tp: 4, kv-offloading: ▸dram, conc-list: [1] }', 'dram-utilization: 0.5\n      '),
  },
  {
    name: 'dram without utilization',
    code: 'dram-utilization',
    text: agentic('      - { tp: 4, kv-offloading: ▸dram, kv-offload-backend: { name: x }, conc-list: [1] }'),
  },
  {
    name: 'dram without hardware',
    code: 'dram-hardware',
    text: agentic(
      '      - { tp: 4, kv-offloading: ▸dram, kv-offload-backend: { name: x }, conc-list: [1] }',
      'dram-utilization: 0.5\n      ',
    ).replace('cluster:h100-lab', 'cluster:h100-other'),
  },
  {
    name: 'agentic entry without a cluster label',
    code: 'agentic-runner',
    text: agentic('      - { tp: 4, kv-offloading: none, conc-list: [1] }').replace(
      'runner: cluster:h100-lab',
      'runner: ▸h100',
    ),
  },
  {
    name: 'disagg without transfer',
    code: 'transfer',
    text: multi(`      - conc-list: [1]\n        ${prefill}\n        ${decode}`, '  ▸disagg: true\n'),
  },
  {
    name: 'transfer at the top and in an arm',
    code: 'component-scope',
    text: multi(`      - conc-list: [1]\n        ▸kv-p2p-transfer: mori\n        ${prefill}\n        ${decode}`),
  },
  {
    name: 'router at the top and in an arm',
    code: 'component-scope',
    text: fixed('      - { tp: 4, conc-list: [1], ▸router: { name: x, version: "1" } }').replace(
      '  multinode: false',
      '  router: { name: x, version: "1" }\n  multinode: false',
    ),
  },
  { name: 'version that is an image', code: 'component-version', text: edit('version: "1.0"', 'version: ▸"image:v1"') },
  // --- names
  {
    name: 'wildcard in a config key',
    code: 'config-key',
    text: augustMaster.replace('tiny-fp8-h100-vllm:', '▸tiny-*:'),
  },
  {
    name: 'shell text in a config key',
    code: 'config-key',
    text: augustMaster.replace('tiny-fp8-h100-vllm:', '▸"tiny-$(id)":'),
  },
  {
    name: 'underscore in a model prefix',
    code: 'model-prefix',
    text: edit('  model-prefix: tiny', '  model-prefix: ▸ti_ny'),
  },
  {
    name: 'shell text in an image',
    code: 'unsafe-text',
    text: edit('  image: example/vllm:v1', '  image: ▸"vllm:v1; rm -rf /"'),
  },
  {
    name: 'escape codes in a model',
    code: 'unsafe-text',
    text: edit('  model: example/tiny', '  model: ▸"a\\e[31mb"'),
  },
  { name: 'empty framework', code: 'empty', text: edit('  framework: vllm', '  framework: ▸""') },
  {
    name: 'setting without equals sign',
    code: 'additional-setting',
    text: edit('["DECODE_NODES=2"]', '[▸"DECODE_NODES 2"]'),
  },
  {
    name: 'setting with a command',
    code: 'additional-setting',
    text: edit('["DECODE_NODES=2"]', '["A=1", ▸"B=$(id)"]'),
  },
]
