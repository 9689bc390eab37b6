import { type Matrix, type MatrixInput, readMatrix } from '../read/read-matrix.ts'

/** A small August master file: one single-node, one agentic and one multi-node entry. */
export const augustMaster = `tiny-fp8-h100-vllm:
  image: example/vllm:v1
  model: example/tiny
  model-prefix: tiny
  precision: fp8
  framework: vllm
  runner: h100
  multinode: false
  scenarios:
    fixed-seq-len:
    - isl: 1024
      osl: 1024
      search-space:
      - { tp: 4, conc-start: 4, conc-end: 64 }
      - { tp: 8, ep: 8, dp-attn: true, conc-list: [16, 128] }
    - isl: 8192
      osl: 1024
      search-space:
      - { tp: 4, conc-start: 4, conc-end: 64, spec-decoding: mtp }
tiny-fp8-h100-vllm-agentic:
  image: example/vllm:v1
  model: example/tiny
  model-prefix: tiny
  precision: fp8
  framework: vllm
  runner: cluster:h100-lab
  multinode: false
  scenarios:
    agentic-coding:
    - dram-utilization: 0.8
      search-space:
      - { tp: 4, kv-offloading: none, conc-list: [1, 2, 4] }
      - { tp: 8, kv-offloading: dram, kv-offload-backend: { name: hicache }, conc-list: [8, 16] }
tiny-fp8-h100-vllm-disagg:
  image: example/vllm:v1
  model: example/tiny
  model-prefix: tiny
  precision: fp8
  framework: vllm
  runner: cluster:h100-lab
  kv-p2p-transfer: nixl
  router: { name: example-router, version: "1.0" }
  multinode: true
  disagg: true
  scenarios:
    fixed-seq-len:
    - isl: 8192
      osl: 1024
      search-space:
      - conc-list: [32, 64]
        prefill: { num-worker: 1, tp: 8, ep: 1, dp-attn: false }
        decode: { num-worker: 2, tp: 8, ep: 8, dp-attn: true, additional-settings: ["DECODE_NODES=2"] }
`

export const augustRunners = `labels:
  h100: [h100-lab_00, h100-lab_01, h100-other_00]
  cluster:h100-lab: [h100-lab_00, h100-lab_01]
hardware:
  cluster:h100-lab: { available-cpu-dram-mib: 2_000_000, gpus-per-node: 8 }
`

/** A small April master file: one entry with both scenarios, one over several nodes. */
export const aprilMaster = `tiny-fp8-h100-vllm:
  image: example/vllm:v1
  model: example/tiny
  model-prefix: tiny
  precision: fp8
  framework: vllm
  runner: h100
  multinode: false
  scenarios:
    fixed-seq-len:
    - isl: 1024
      osl: 1024
      search-space:
      - { tp: 4, conc-start: 4, conc-end: 64 }
    - isl: 8192
      osl: 1024
      search-space:
      - { tp: 4, ep: 4, conc-start: 4, conc-end: 24 }
    agentic-coding:
    - duration: 600
      search-space:
      - { tp: 4, offloading: cpu, conc-list: [1, 2] }
tiny-fp8-h100-vllm-disagg:
  image: example/vllm:v1
  model: example/tiny
  model-prefix: tiny
  precision: fp8
  framework: vllm
  runner: h100-multinode
  multinode: true
  disagg: true
  scenarios:
    fixed-seq-len:
    - isl: 8192
      osl: 1024
      search-space:
      - conc-list: [32, 64, 128]
        prefill: { num-worker: 1, tp: 8, ep: 1, dp-attn: false }
        decode: { num-worker: 2, tp: 8, ep: 8, dp-attn: true, additional-settings: ["DECODE_NODES=2"] }
    agentic-coding:
    - search-space:
      - conc-list: [1, 2]
        prefill: { num-worker: 1, tp: 8, ep: 1, dp-attn: false }
        decode: { num-worker: 2, tp: 8, ep: 8, dp-attn: true }
`

export const aprilRunners = `h100: [h100-lab_00, h100-lab_01]
h100-multinode: [h100-lab_00]
`

/** Reads texts as files named master.yaml and runners.yaml. */
export function readTexts(master: string, runners: string, options: Partial<MatrixInput> = {}): Matrix {
  return readMatrix({
    configFiles: [{ file: 'master.yaml', text: master }],
    runnerFile: { file: 'runners.yaml', text: runners },
    ...options,
  })
}
