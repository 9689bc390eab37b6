import { ConfigError, FlagError } from '@reprise/config-file'
import { describe, expect, test } from 'vitest'
import { parseTestCommand, runTestCommand } from './testing/command-line.fixture.ts'
import { aprilMaster, aprilRunners, readTexts } from './testing/master-files.fixture.ts'
import { rows, short } from './testing/rows.fixture.ts'

// The twin of golden.test.ts on files of our own: what upstream prints for them, by its rules.
describe('April', () => {
  test('all rows in order, evaluations marked', () => {
    expect(short(rows('april', 'full-sweep'))).toMatchInlineSnapshot(`
      [
        "tiny_1k1k h100 conc=4 eval=false",
        "tiny_1k1k h100 conc=8 eval=false",
        "tiny_1k1k h100 conc=16 eval=false",
        "tiny_1k1k h100 conc=32 eval=false",
        "tiny_1k1k h100 conc=64 eval=false",
        "tiny_8k1k h100 conc=4 eval=false",
        "tiny_8k1k h100 conc=8 eval=false",
        "tiny_8k1k h100 conc=16 eval=false",
        "tiny_8k1k h100 conc=24 eval=true",
        "tiny_tp4_conc1_offloadcpu h100 conc=1 eval=undefined",
        "tiny_tp4_conc2_offloadcpu h100 conc=2 eval=undefined",
        "tiny_8k1k h100-multinode conc=[32,64,128] eval=true 64",
        "tiny_p1x8_d2x8_conc1 h100-multinode conc=1 eval=undefined",
        "tiny_p1x8_d2x8_conc2 h100-multinode conc=2 eval=undefined",
      ]
    `)
  })
  test('a whole row of each kind', () => {
    const all = rows('april', 'full-sweep --no-evals')
    expect([
      all[0],
      all.find((row) => 'offloading' in row),
      all.find((row) => 'isl' in row && 'prefill' in row),
      all.at(-1),
    ]).toMatchInlineSnapshot(`
      [
        {
          "conc": 4,
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
          "precision": "fp8",
          "run-eval": false,
          "runner": "h100",
          "spec-decoding": "none",
          "tp": 4,
        },
        {
          "conc": 1,
          "dp-attn": false,
          "duration": 600,
          "ep": 1,
          "exp-name": "tiny_tp4_conc1_offloadcpu",
          "framework": "vllm",
          "image": "example/vllm:v1",
          "model": "example/tiny",
          "model-prefix": "tiny",
          "offloading": "cpu",
          "precision": "fp8",
          "runner": "h100",
          "scenario-type": "agentic-coding",
          "tp": 4,
        },
        {
          "conc": [
            32,
            64,
            128,
          ],
          "decode": {
            "additional-settings": [
              "DECODE_NODES=2",
            ],
            "dp-attn": true,
            "ep": 8,
            "num-worker": 2,
            "tp": 8,
          },
          "disagg": true,
          "exp-name": "tiny_8k1k",
          "framework": "vllm",
          "image": "example/vllm:v1",
          "isl": 8192,
          "max-model-len": 9472,
          "model": "example/tiny",
          "model-prefix": "tiny",
          "osl": 1024,
          "precision": "fp8",
          "prefill": {
            "dp-attn": false,
            "ep": 1,
            "num-worker": 1,
            "tp": 8,
          },
          "run-eval": false,
          "runner": "h100-multinode",
          "spec-decoding": "none",
        },
        {
          "conc": 2,
          "decode": {
            "dp-attn": true,
            "ep": 8,
            "num-worker": 2,
            "tp": 8,
          },
          "disagg": true,
          "duration": 1800,
          "exp-name": "tiny_p1x8_d2x8_conc2",
          "framework": "vllm",
          "image": "example/vllm:v1",
          "model": "example/tiny",
          "model-prefix": "tiny",
          "precision": "fp8",
          "prefill": {
            "dp-attn": false,
            "ep": 1,
            "num-worker": 1,
            "tp": 8,
          },
          "runner": "h100-multinode",
          "scenario-type": "agentic-coding",
          "spec-decoding": "none",
        },
      ]
    `)
  })
  test('--single-node and --multi-node filter fixed-length rows and, by mistake, not agentic ones', () => {
    expect(rows('april', 'full-sweep --single-node --no-evals').filter((row) => 'prefill' in row)).toHaveLength(2)
    expect(rows('april', 'full-sweep --single-node --no-evals', false).filter((row) => 'prefill' in row)).toHaveLength(
      0,
    )
  })
  test('a single-node conc-list fails a full sweep that reaches it, and only that', () => {
    const text = aprilMaster.replace('conc-start: 4, conc-end: 64', 'conc-list: [4, 64]')
    const run = (args: string, compat: boolean) =>
      runTestCommand(readTexts(text, aprilRunners, { compat, epoch: 'apr2026' }), parseTestCommand(args))
    expect(() => run('full-sweep', true)).toThrow(ConfigError)
    expect(() => run('full-sweep --model-prefix tiny-fp8-h100-vllm-disagg', true)).not.toThrow()
    expect(() => run('full-sweep --seq-lens 8k1k', true)).not.toThrow()
    expect(
      run('test-config --config-keys tiny-fp8-h100-vllm --seq-lens 1k1k --scenario-type fixed-seq-len', true).jobs,
    ).toHaveLength(2)
    expect(run('full-sweep --seq-lens 1k1k --scenario-type fixed-seq-len', false).jobs).toHaveLength(2)
  })
  test('runner-model-sweep: the widest line at its lowest concurrency, on every runner', () => {
    expect(short(rows('april', 'runner-model-sweep --runner-type h100 --no-evals'))).toMatchInlineSnapshot(`
      [
        "tiny_test h100-lab_00 conc=4 eval=false",
        "tiny_test h100-lab_01 conc=4 eval=false",
      ]
    `)
    expect(rows('april', 'runner-model-sweep --runner-type h100 --conc 7')[0]).toMatchObject({
      conc: 7,
      'max-model-len': 2048,
    })
  })
  test('a node filter: nodes in a full sweep, the label first in test-config', () => {
    expect(
      rows(
        'april',
        'full-sweep --runner-node-filter lab_01 --max-conc 4 --seq-lens 1k1k --scenario-type fixed-seq-len',
      ),
    ).toMatchObject([{ runner: 'h100-lab_01', conc: 4 }])
    const runners = rows(
      'april',
      'test-config --config-keys tiny-fp8-h100-vllm --runner-node-filter h100 --conc 1',
    ).map((row) => row.runner)
    expect(runners).toEqual(['h100', 'h100-lab_00', 'h100-lab_01'])
  })
  test('--all-evals is not an April flag', () => {
    expect(() => rows('april', 'full-sweep --all-evals')).toThrow(FlagError)
  })
})
