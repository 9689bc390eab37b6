import { ConfigError, FlagError } from '@reprise/config-file'
import { describe, expect, test } from 'vitest'
import { parseTestCommand, runTestCommand } from './testing/command-line.fixture.ts'
import { augustMaster, augustRunners, readTexts } from './testing/master-files.fixture.ts'
import { rows, short } from './testing/rows.fixture.ts'

// The twin of golden.test.ts on files of our own: what upstream prints for them, by its rules.
describe('August', () => {
  test('all rows in order, evaluations marked', () => {
    expect(short(rows('august', 'full-sweep'))).toMatchInlineSnapshot(`
      [
        "tiny_1k1k h100 conc=4 eval=false",
        "tiny_1k1k h100 conc=8 eval=false",
        "tiny_1k1k h100 conc=16 eval=false",
        "tiny_1k1k h100 conc=32 eval=false",
        "tiny_1k1k h100 conc=64 eval=false",
        "tiny_1k1k h100 conc=16 eval=false",
        "tiny_1k1k h100 conc=128 eval=false",
        "tiny_8k1k h100 conc=4 eval=false",
        "tiny_8k1k h100 conc=8 eval=false",
        "tiny_8k1k h100 conc=16 eval=false",
        "tiny_8k1k h100 conc=32 eval=true",
        "tiny_8k1k h100 conc=64 eval=true",
        "tiny_tp4_conc1_kvnone cluster:h100-lab conc=1 eval=false",
        "tiny_tp4_conc2_kvnone cluster:h100-lab conc=2 eval=false",
        "tiny_tp4_conc4_kvnone cluster:h100-lab conc=4 eval=false",
        "tiny_tp8_conc8_kvdram-hicache cluster:h100-lab conc=8 eval=false",
        "tiny_tp8_conc16_kvdram-hicache cluster:h100-lab conc=16 eval=false",
        "tiny_8k1k cluster:h100-lab conc=[32,64] eval=true 64",
      ]
    `)
  })
  test('a whole row of each kind', () => {
    const all = rows('august', 'full-sweep --no-evals')
    expect([all[0], all.find((row) => 'kv-offload-backend' in row), all.at(-1)]).toMatchInlineSnapshot(`
      [
        {
          "conc": 4,
          "dcp-size": 1,
          "disagg": false,
          "dp-attn": false,
          "ep": 1,
          "exp-name": "tiny_1k1k",
          "framework": "vllm",
          "image": "example/vllm:v1",
          "isl": 1024,
          "max-model-len": 2304,
          "model": "example/tiny",
          "model-prefix": "tiny",
          "osl": 1024,
          "pcp-size": 1,
          "pp": 1,
          "precision": "fp8",
          "run-eval": false,
          "runner": "h100",
          "spec-decoding": "none",
          "tp": 4,
        },
        {
          "conc": 8,
          "dcp-size": 1,
          "dp-attn": false,
          "duration": 3600,
          "ep": 1,
          "exp-name": "tiny_tp8_conc8_kvdram-hicache",
          "framework": "vllm",
          "image": "example/vllm:v1",
          "kv-offload-backend": {
            "name": "hicache",
          },
          "kv-offloading": "dram",
          "model": "example/tiny",
          "model-prefix": "tiny",
          "pcp-size": 1,
          "pp": 1,
          "precision": "fp8",
          "runner": "cluster:h100-lab",
          "scenario-type": "agentic-coding",
          "spec-decoding": "none",
          "total-cpu-dram-gb": 1677,
          "tp": 8,
        },
        {
          "conc": [
            32,
            64,
          ],
          "decode": {
            "additional-settings": [
              "DECODE_NODES=2",
            ],
            "dcp-size": 1,
            "dp-attn": true,
            "ep": 8,
            "num-worker": 2,
            "pcp-size": 1,
            "pp": 1,
            "tp": 8,
          },
          "disagg": true,
          "exp-name": "tiny_8k1k",
          "framework": "vllm",
          "image": "example/vllm:v1",
          "isl": 8192,
          "kv-p2p-transfer": "nixl",
          "max-model-len": 9472,
          "model": "example/tiny",
          "model-prefix": "tiny",
          "osl": 1024,
          "precision": "fp8",
          "prefill": {
            "dcp-size": 1,
            "dp-attn": false,
            "ep": 1,
            "num-worker": 1,
            "pcp-size": 1,
            "pp": 1,
            "tp": 8,
          },
          "router": {
            "name": "example-router",
            "version": "1.0",
          },
          "run-eval": false,
          "runner": "cluster:h100-lab",
          "spec-decoding": "none",
        },
      ]
    `)
  })
  test('--evals-only adds the agentic ones; --all-evals takes everything that can be evaluated', () => {
    expect(short(rows('august', 'full-sweep --evals-only'))).toMatchInlineSnapshot(`
      [
        "tiny_8k1k h100 conc=32 eval=true",
        "tiny_8k1k h100 conc=64 eval=true",
        "tiny_tp8_conc16_kvdram-hicache cluster:h100-lab conc=16 eval=true",
        "tiny_8k1k cluster:h100-lab conc=[32,64] eval=true 64",
      ]
    `)
    const all = rows('august', 'full-sweep --all-evals')
    expect(all.every((row) => row['eval-only'] === true && row['run-eval'] === true)).toBe(true)
    expect(all.at(-1)).toMatchObject({ 'eval-all-concs': true, conc: [32, 64] })
    expect(all.at(-1)).not.toHaveProperty('eval-conc')
  })
  test('limits of zero give nothing under compat and are refused without', () => {
    expect(rows('august', 'full-sweep --max-conc 0')).toEqual([])
    expect(rows('august', 'full-sweep --max-tp 0 --single-node --scenario-type fixed-seq-len')).toEqual([])
    expect(() => rows('august', 'full-sweep --max-conc 0', false)).toThrow(FlagError)
  })
  test('--max-tp and --max-ep do not touch agentic rows under compat, and do without', () => {
    expect(rows('august', 'full-sweep --max-tp 4 --scenario-type agentic-coding')).toHaveLength(5)
    expect(rows('august', 'full-sweep --max-tp 4 --scenario-type agentic-coding', false)).toHaveLength(3)
    expect(
      rows('august', 'full-sweep --max-ep 2 --seq-lens 1k1k --scenario-type fixed-seq-len --min-conc 100'),
    ).toMatchObject([{ ep: 2, conc: 128 }])
  })
  test('bounds that cross and exclusive flags are refused', () => {
    expect(() => rows('august', 'full-sweep --min-conc 9 --max-conc 8')).toThrow(FlagError)
    expect(() => rows('august', 'full-sweep --no-evals --evals-only')).toThrow(FlagError)
    expect(() => rows('august', 'runner-model-sweep --runner-type h100')).toThrow(FlagError)
  })
  test('unknown keys, patterns and runner types are errors of the files', () => {
    expect(() => rows('august', 'test-config --config-keys nope')).toThrow(ConfigError)
    expect(() => rows('august', 'test-config --config-keys nope*')).toThrow(ConfigError)
    expect(() => rows('august', 'full-sweep --runner-type nope')).toThrow(/no runner label is "nope"/)
  })
  test('a lone conc-start beside a list, and a repeated key, are accepted under compat alone', () => {
    const loose = augustMaster
      .replace('conc-list: [16, 128]', 'conc-list: [16, 128, 16], conc-start: 3')
      .replace('  precision: fp8', '  precision: fp4\n  precision: fp8')
    const { jobs } = runTestCommand(
      readTexts(loose, augustRunners, { compat: true }),
      parseTestCommand('full-sweep --no-evals'),
    )
    expect(
      jobs.filter((job) => job.topology.kind === 'single' && job.topology.dpAttn).map((job) => job.concurrencies[0]),
    ).toEqual([16, 128, 16])
    expect(jobs[0]?.precision).toBe('fp8')
    expect(() => readTexts(loose, augustRunners)).toThrow(ConfigError)
  })
  test('a multi-node shape in a single-node entry fails where it is expanded', () => {
    const role = '{ num-worker: 1, tp: 8, ep: 1, dp-attn: false }'
    const text = augustMaster.replace(
      '{ tp: 4, kv-offloading: none, conc-list: [1, 2, 4] }',
      `{ conc-list: [1], prefill: ${role}, decode: ${role} }`,
    )
    const matrix = readTexts(text, augustRunners, { compat: true })
    expect(() => runTestCommand(matrix, parseTestCommand('full-sweep --scenario-type fixed-seq-len'))).not.toThrow()
    expect(() => runTestCommand(matrix, parseTestCommand('full-sweep'))).toThrow(ConfigError)
  })
})
