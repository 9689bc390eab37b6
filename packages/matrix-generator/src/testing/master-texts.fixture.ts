import { augustMaster } from './master-files.fixture.ts'

export const head = `tiny-fp8-h100-vllm:
  image: example/vllm:v1
  model: example/tiny
  model-prefix: tiny
  precision: fp8
  framework: vllm
  runner: cluster:h100-lab
`

/** A single-node fixed-length entry whose search space is `arms`. */
export const fixed = (arms: string) => `${head}  multinode: false
  scenarios:
    fixed-seq-len:
    - isl: 8192
      osl: 1024
      search-space:
${arms}
`

export const agentic = (arms: string, before = '') => `${head}  multinode: false
  scenarios:
    agentic-coding:
    - ${before}search-space:
${arms}
`

export const prefill = 'prefill: { num-worker: 1, tp: 8, ep: 1, dp-attn: false }'
export const decode = 'decode: { num-worker: 1, tp: 8, ep: 1, dp-attn: false }'

export const multi = (arms: string, top = '  disagg: true\n  kv-p2p-transfer: nixl\n') => `${head}  multinode: true
${top}  scenarios:
    fixed-seq-len:
    - isl: 8192
      osl: 1024
      search-space:
${arms}
`

export const multiAgentic = (arms: string) => `${head}  multinode: true
  scenarios:
    agentic-coding:
    - search-space:
${arms}
`

export const edit = (from: string, to: string) => augustMaster.replace(from, to)
