import { type Mapping, quoted } from '@reprise/config-file'
import { availableDramMib, gpusPerNode } from '../runners/hardware.ts'
import type { ArmSubject, RuleSubject } from './rule.ts'
import { asInteger, asMapping } from './unchecked.ts'

/** A shape fits the nodes behind its runner label, as far as runners.yaml or the GPU's name says how large they are. */
export function checkHardware(subject: RuleSubject, { arm, path, scenario }: ArmSubject): void {
  const { runner } = subject.entry
  if (subject.compat || typeof runner !== 'string') return
  const perNode = gpusPerNode(runner, subject.runners)
  const gpus = gpusOf(arm)
  if (gpus !== undefined && perNode !== undefined && gpus > perNode) {
    const message = `${gpus} GPUs (tp times pp times pcp-size) do not fit a node of ${quoted(runner)} with ${perNode}`
    subject.report({
      path: [...path, 'tp'],
      code: 'tp-over-node',
      message,
      cure: `write at most ${perNode}, or multinode: true`,
    })
  }
  if (scenario === 'agentic-coding' && arm['kv-offloading'] === 'dram') checkDram(subject, arm, path, runner)
}

function checkDram(subject: RuleSubject, arm: Mapping, path: readonly PropertyKey[], runner: string): void {
  if (availableDramMib(runner, subject.runners) === undefined) {
    const message = `kv-offloading: dram, but runners.yaml has no hardware for ${quoted(runner)}`
    const cure = `write hardware: { ${runner}: { available-cpu-dram-mib: ..., gpus-per-node: ... } } there`
    subject.report({ path: [...path, 'kv-offloading'], code: 'dram-hardware', message, cure })
    return
  }
  const perNode = gpusPerNode(runner, subject.runners)
  const replica = gpusOf(asMapping(arm.prefill))
  if (replica === undefined || perNode === undefined) return
  if (replica > perNode ? replica % perNode === 0 : perNode % replica === 0) return
  const message = `a prefill replica of ${replica} GPUs does not tile nodes of ${perNode}, so its share of DRAM is undefined`
  subject.report({
    path: [...path, 'prefill', 'tp'],
    code: 'dram-tiling',
    message,
    cure: `write a divisor or a multiple of ${perNode}`,
  })
}

function gpusOf(shape: Mapping): number | undefined {
  const tp = asInteger(shape.tp)
  if (tp === undefined || tp <= 0) return undefined
  return tp * (asInteger(shape.pp) ?? 1) * (asInteger(shape['pcp-size']) ?? 1)
}
