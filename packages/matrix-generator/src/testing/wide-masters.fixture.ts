/** An April master file whose two entries reach the rules that `aprilMaster` does not: the exception by name, ranges, lists of several nodes. */
export const wideAprilMaster = `m1-fp4-b200-sglang:
  image: a/b:v1
  model: x/m1
  model-prefix: m1
  precision: fp4
  framework: sglang
  runner: b200
  multinode: false
  scenarios:
    fixed-seq-len:
    - isl: 1024
      osl: 1024
      search-space:
      - { tp: 4, ep: 4, dp-attn: true, conc-start: 4, conc-end: 64 }
      - { tp: 8, conc-start: 4, conc-end: 24, spec-decoding: mtp }
    - isl: 8192
      osl: 1024
      search-space:
      - { tp: 4, ep: 8, conc-start: 4, conc-end: 100 }
      - { tp: 8, conc-start: 100, conc-end: 100 }
    - isl: 1024
      osl: 8192
      search-space:
      - { tp: 4, conc-start: 1, conc-end: 3 }
    agentic-coding:
    - search-space:
      - { tp: 4, ep: 4, conc-list: [1, 2, 64, 2] }
      - { tp: 8, offloading: ssd, conc-start: 3, conc-end: 20 }
dsv4-fp8-gb300-dyn:
  image: a/b:v1
  model: x/dsv4
  model-prefix: dsv4
  precision: fp8
  framework: dynamo-sglang
  runner: gb300-cw
  multinode: true
  disagg: true
  scenarios:
    fixed-seq-len:
    - isl: 8192
      osl: 1024
      search-space:
      - conc-list: [64, 8, 32]
        prefill: { num-worker: 1, tp: 4, ep: 4, dp-attn: true, additional-settings: ["A=1"] }
        decode: { num-worker: 0, tp: 0, ep: 0, dp-attn: false }
      - conc-start: 10
        conc-end: 50
        spec-decoding: mtp
        prefill: { num-worker: 1, tp: 4, ep: 4, dp-attn: true }
        decode: { num-worker: 1, tp: 8, ep: 8, dp-attn: false }
    agentic-coding:
    - duration: 300
      search-space:
      - conc-list: [5, 1]
        spec-decoding: mtp
        prefill: { num-worker: 2, tp: 4, ep: 4, dp-attn: true }
        decode: { num-worker: 1, tp: 8, ep: 8, dp-attn: false }
`

export const wideAprilRunners = `b200: [b200-nv_00, b200-nv_01]
gb300-cw: [gb300-cw_0, gb300-cw_1]
`

/** An August one: every parallel size, roles of other hardware, deployments that differ only in concurrency, names with all parts. */
export const wideAugustMaster = `glm5-fp8-b200-sglang:
  image: a/b:v1
  model: x/m1
  model-prefix: glm5
  precision: fp8
  framework: sglang
  runner: cluster:b200-a
  multinode: false
  router: { name: r, version: "1" }
  scenarios:
    fixed-seq-len:
    - isl: 8192
      osl: 1024
      search-space:
      - { tp: 4, pp: 2, dcp-size: 2, pcp-size: 1, ep: 8, conc-list: [1, 8, 64, 128] }
      - { tp: 8, conc-start: 4, conc-end: 24, spec-decoding: mtp }
      - { tp: 2, pcp-size: 2, conc-start: 32, conc-end: 64 }
    agentic-coding:
    - dram-utilization: 0.8
      search-space:
      - { tp: 4, kv-offloading: dram, kv-offload-backend: { name: hicache, version: "2" }, conc-list: [1, 2, 64] }
      - { tp: 2, pp: 2, pcp-size: 2, kv-offloading: dram, kv-offload-backend: { name: native }, spec-decoding: draft_model, conc-start: 3, conc-end: 20 }
      - { tp: 8, ep: 8, kv-offloading: none, conc-list: [64] }
glm5.2-fp4-gb300-dyn:
  image: a/b:v1
  model: x/m15
  model-prefix: glm5.2
  precision: fp4
  framework: dynamo-sglang
  runner: cluster:gb300-nv
  multinode: true
  disagg: true
  scenarios:
    fixed-seq-len:
    - isl: 8192
      osl: 1024
      search-space:
      - conc-list: [64, 8, 32]
        kv-p2p-transfer: nixl
        prefill: { num-worker: 1, tp: 4, ep: 4, dp-attn: true, hardware: gb300, additional-settings: ["A=1"] }
        decode: { num-worker: 0, tp: 0, ep: 0, dp-attn: false, hardware: b200 }
      - conc-list: [128, 16]
        kv-p2p-transfer: nixl
        prefill: { num-worker: 1, tp: 4, ep: 4, dp-attn: true, hardware: gb300, additional-settings: ["A=1"] }
        decode: { num-worker: 0, tp: 0, ep: 0, dp-attn: false, hardware: b200 }
    agentic-coding:
    - dram-utilization: 0.95
      search-space:
      - conc-list: [5, 32, 16]
        spec-decoding: mtp
        kv-p2p-transfer: mooncake
        kv-offloading: dram
        kv-offload-backend: { name: hicache }
        prefill: { num-worker: 2, tp: 8, pp: 2, ep: 4, dp-attn: true }
        decode: { num-worker: 1, tp: 8, ep: 1, dp-attn: false }
      - conc-list: [1]
        kv-p2p-transfer: mooncake
        prefill: { num-worker: 2, tp: 2, ep: 1, dp-attn: false }
        decode: { num-worker: 1, tp: 8, ep: 1, dp-attn: true }
`

export const wideAugustRunners = `labels:
  cluster:b200-a: [b200-a_00, b200-a_01]
  cluster:gb300-nv: [gb300-nv_0, gb300-nv_1]
hardware:
  cluster:b200-a: { available-cpu-dram-mib: 3095781, gpus-per-node: 8 }
  cluster:gb300-nv: { available-cpu-dram-mib: 860160, gpus-per-node: 4 }
`
