import type { AgenticArm, Arm, Entry, Topology, Worker } from '../config/config.ts'
import type { AprilAgenticArm, AprilMultiEntry, AprilSingleEntry, AprilWorker } from '../schema/april-master.ts'
import { readConcurrency } from './read-concurrency.ts'

/** Seconds of measurement of an agentic scenario that names none. */
const defaultDurationS = 1800

type AprilEntry = AprilSingleEntry | AprilMultiEntry
type FixedArm = NonNullable<AprilEntry['scenarios']['fixed-seq-len']>[number]['search-space'][number]

/** The canonical form of an April entry that has passed its schema and the rules. */
export function readAprilEntry(key: string, entry: AprilEntry): Entry {
  return {
    key,
    image: entry.image,
    model: entry.model,
    modelPrefix: entry['model-prefix'],
    precision: entry.precision,
    framework: entry.framework,
    runner: entry.runner,
    multiNode: entry.multinode,
    disagg: entry.disagg ?? false,
    fixed: (entry.scenarios['fixed-seq-len'] ?? []).map((scenario, i) => ({
      inputTokens: scenario.isl,
      outputTokens: scenario.osl,
      arms: scenario['search-space'].map((arm: FixedArm, j) =>
        readArm(arm, [key, 'scenarios', 'fixed-seq-len', i, 'search-space', j]),
      ),
    })),
    agentic: (entry.scenarios['agentic-coding'] ?? []).map((scenario, i) => ({
      durationS: scenario.duration ?? defaultDurationS,
      arms: scenario['search-space'].map((arm, j) =>
        readAgenticArm(arm, [key, 'scenarios', 'agentic-coding', i, 'search-space', j]),
      ),
    })),
  }
}

function readArm(arm: FixedArm | AprilAgenticArm, path: readonly PropertyKey[]): Arm {
  return {
    path,
    topology: readTopology(arm),
    concurrency: readConcurrency(arm),
    specDecoding: arm['spec-decoding'] ?? 'none',
  }
}

function readAgenticArm(arm: AprilAgenticArm, path: readonly PropertyKey[]): AgenticArm {
  return { ...readArm(arm, path), offloading: { tier: arm.offloading ?? 'none' } }
}

function readTopology(arm: FixedArm | AprilAgenticArm): Topology {
  if ('prefill' in arm && arm.prefill && arm.decode) {
    return { kind: 'multi', prefill: readWorker(arm.prefill), decode: readWorker(arm.decode) }
  }
  const { tp, ep, 'dp-attn': dpAttn } = arm as Partial<AprilAgenticArm>
  return {
    kind: 'single',
    tp: tp ?? 1,
    pp: 1,
    dcpSize: 1,
    pcpSize: 1,
    ...(typeof ep === 'number' && { ep }),
    ...(typeof dpAttn === 'boolean' && { dpAttn }),
  }
}

function readWorker(worker: AprilWorker): Worker {
  const settings = worker['additional-settings']
  return {
    workers: worker['num-worker'],
    tp: worker.tp,
    pp: 1,
    dcpSize: 1,
    pcpSize: 1,
    ep: worker.ep,
    dpAttn: worker['dp-attn'],
    ...(settings && { additionalSettings: settings }),
  }
}
