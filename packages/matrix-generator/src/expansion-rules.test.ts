import { describe, expect, test } from 'vitest'
import type { Job } from './job/job.ts'
import { rowOf } from './job/row-of.ts'
import { parseTestCommand, runTestCommand } from './testing/command-line.fixture.ts'
import { readTexts } from './testing/master-files.fixture.ts'
import {
  wideAprilMaster,
  wideAprilRunners,
  wideAugustMaster,
  wideAugustRunners,
} from './testing/wide-masters.fixture.ts'

const files = {
  april: readTexts(wideAprilMaster, wideAprilRunners, { compat: true }),
  august: readTexts(wideAugustMaster, wideAugustRunners, { compat: true }),
}
const jobs = (epoch: 'april' | 'august', args: string): readonly Job[] =>
  runTestCommand(files[epoch], parseTestCommand(args)).jobs
const rows = (epoch: 'april' | 'august', args: string) =>
  jobs(epoch, args).map((job) => rowOf(job, files[epoch].config.epoch))
const nodesOf = (list: readonly Job[]) => [...new Set(list.map(({ topology }) => topology.kind))]

describe('April', () => {
  test('dsv4 on gb300-cw with dynamo-sglang is not evaluated, by name; on a single runner of it, it is', () => {
    expect(rows('april', 'full-sweep --evals-only').map((row) => [row.tp, row.conc])).toEqual([
      [4, 64],
      [4, 100],
      [8, 100],
    ])
    const onNodes = rows('april', 'full-sweep --evals-only --runner-node-filter gb300-cw_1')
    expect(onNodes.map((row) => [row.conc, row['eval-conc']])).toEqual([
      [[64, 8, 32], 64],
      [[10, 20, 40, 50], 40],
    ])
  })
  test('both node flags mean both; agentic rows do not care', () => {
    expect(nodesOf(jobs('april', 'full-sweep --single-node --multi-node --scenario-type fixed-seq-len'))).toEqual([
      'single',
      'multi',
    ])
    expect(nodesOf(jobs('april', 'full-sweep --multi-node --scenario-type fixed-seq-len'))).toEqual(['multi'])
    expect(nodesOf(jobs('april', 'full-sweep --multi-node --scenario-type agentic-coding'))).toEqual([
      'single',
      'multi',
    ])
  })
  test('lists of several nodes lose what is too low, and become the maximum if all is too high', () => {
    const concurrencies = (args: string) =>
      rows('april', `full-sweep --multi-node --scenario-type fixed-seq-len ${args}`).map((row) => row.conc)
    expect(concurrencies('--min-conc 20 --max-conc 40')).toEqual([[32], [20, 40]])
    expect(concurrencies('--min-conc 64 --max-conc 70')).toEqual([[64]])
    expect(concurrencies('--max-conc 5')).toEqual([[5], [5]])
    expect(concurrencies('--step-size 3')).toEqual([
      [64, 8, 32],
      [10, 30, 50],
    ])
  })
})

test('runner-model-sweep takes the first of the widest lines', () => {
  const twice = wideAprilMaster.replace(
    '{ tp: 4, ep: 4, dp-attn: true, conc-start: 4',
    '{ tp: 8, ep: 4, dp-attn: true, conc-start: 2',
  )
  const matrix = readTexts(twice, wideAprilRunners, { compat: true, epoch: 'apr2026' })
  const { jobs: trials } = runTestCommand(matrix, parseTestCommand('runner-model-sweep --runner-type b200'))
  expect(trials.map((job) => rowOf(job, 'apr2026')).map((row) => [row.runner, row.ep, row.conc])).toEqual([
    ['b200-nv_00', 4, 2],
    ['b200-nv_01', 4, 2],
  ])
})

describe('August', () => {
  test('--single-node and --multi-node filter agentic rows too', () => {
    expect(nodesOf(jobs('august', 'full-sweep --multi-node --scenario-type agentic-coding'))).toEqual(['multi'])
    expect(nodesOf(jobs('august', 'full-sweep --single-node --scenario-type agentic-coding'))).toEqual(['single'])
  })
  test('--max-ep lowers ep and never raises it', () => {
    const eps = (max: number) => [
      ...new Set(
        rows('august', `full-sweep --single-node --scenario-type fixed-seq-len --max-ep ${max}`).map((row) => row.ep),
      ),
    ]
    expect(eps(2)).toEqual([2, 1])
    expect(eps(16)).toEqual([8, 1])
  })
  test('agentic rows of several nodes come runner by runner, those of one node concurrency by concurrency', () => {
    const order = (key: string) =>
      jobs(
        'august',
        `test-config --config-keys ${key} --runner-node-filter _0 --scenario-type agentic-coding --conc 1 2 5 32`,
      ).map((job) => `${job.runner} ${job.concurrencies[0]}`)
    expect(order('glm5-fp8-b200-sglang')).toEqual(['b200-a_00 1', 'b200-a_01 1', 'b200-a_00 2', 'b200-a_01 2'])
    const deployments = jobs(
      'august',
      'full-sweep --multi-node --runner-node-filter gb300-nv_ --scenario-type agentic-coding --min-conc 16',
    )
    expect(deployments.map((job) => `${job.runner} ${job.concurrencies[0]}`)).toEqual([
      'gb300-nv_0 32',
      'gb300-nv_0 16',
      'gb300-nv_1 32',
      'gb300-nv_1 16',
    ])
  })
  test('names and budgets: every parallel size counts, a replica over several nodes fills each', () => {
    const named = rows('august', 'full-sweep --scenario-type agentic-coding --no-evals').map(
      (row) => `${row['exp-name']} ${row['total-cpu-dram-gb']}`,
    )
    expect(named).toEqual([
      'glm5_tp4_conc1_kvdram-hicache 1199',
      'glm5_tp4_conc2_kvdram-hicache 1199',
      'glm5_tp4_conc64_kvdram-hicache 1199',
      ...[3, 6, 12, 20].map((conc) => `glm5_tp2_conc${conc}_kvdram-native_spec-draft_model 2399`),
      'glm5_tp8_conc64_kvnone 0',
      ...[5, 32, 16].map((conc) => `glm5.2_p2x8ep4dpa_d1x8_conc${conc}_kvdram-hicache 856`),
      'glm5.2_p2x2_d1x8dpa_conc1 0',
    ])
  })
  test('of deployments that differ in concurrency alone one is evaluated, or all in one', () => {
    const multi = (args: string) =>
      rows('august', `full-sweep --multi-node ${args}`).map((row) => [
        row.conc,
        row['eval-conc'] ?? row['eval-all-concs'],
      ])
    expect(multi('--evals-only')).toEqual([
      [[128, 16], 128],
      [[32], 32],
    ])
    expect(multi('--all-evals')).toEqual([
      [[8, 16, 32, 64, 128], true],
      [[5, 16, 32], 32],
      [[1], 1],
    ])
  })
})
