import type { AgenticArm, Arm, Entry, Offloading, Topology, Worker } from '../config/config.ts'
import type { AugustAgenticArm, AugustMultiEntry, AugustSingleEntry, AugustWorker } from '../schema/august-master.ts'
import { readConcurrency } from './read-concurrency.ts'

/** Seconds of measurement of every agentic scenario; August's files cannot say otherwise. */
const augustDurationS = 3600

type AugustEntry = AugustSingleEntry | AugustMultiEntry
type FixedArm = NonNullable<AugustEntry['scenarios']['fixed-seq-len']>[number]['search-space'][number]

/** The canonical form of an August entry that has passed its schema and the rules; router and transfer are resolved per arm. */
export function readAugustEntry(key: string, entry: AugustEntry): Entry {
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
        readArm(entry, arm, [key, 'scenarios', 'fixed-seq-len', i, 'search-space', j]),
      ),
    })),
    agentic: (entry.scenarios['agentic-coding'] ?? []).map((scenario, i) => ({
      durationS: augustDurationS,
      ...(typeof scenario['dram-utilization'] === 'number' && { dramUtilization: scenario['dram-utilization'] }),
      arms: scenario['search-space'].map((arm, j) =>
        readAgenticArm(entry, arm, [key, 'scenarios', 'agentic-coding', i, 'search-space', j]),
      ),
    })),
  }
}

function readArm(entry: AugustEntry, arm: FixedArm | AugustAgenticArm, path: readonly PropertyKey[]): Arm {
  const router = arm.router ?? entry.router
  const transfer =
    ('kv-p2p-transfer' in arm ? arm['kv-p2p-transfer'] : undefined) ??
    ('kv-p2p-transfer' in entry ? entry['kv-p2p-transfer'] : undefined)
  return {
    path,
    topology: readTopology(arm),
    concurrency: readConcurrency(arm),
    specDecoding: arm['spec-decoding'] ?? 'none',
    ...(router && { router }),
    ...(transfer && { kvP2pTransfer: transfer }),
  }
}

function readAgenticArm(entry: AugustEntry, arm: AugustAgenticArm, path: readonly PropertyKey[]): AgenticArm {
  return { ...readArm(entry, arm, path), offloading: readOffloading(arm) }
}

function readOffloading(arm: AugustAgenticArm): Offloading {
  const backend = arm['kv-offload-backend']
  return {
    tier: arm['kv-offloading'] ?? 'none',
    ...(backend && { backend: { name: backend.name, ...(backend.version && { version: backend.version }) } }),
  }
}

function readTopology(arm: FixedArm | AugustAgenticArm): Topology {
  if ('prefill' in arm && arm.prefill && arm.decode) {
    return { kind: 'multi', prefill: readWorker(arm.prefill), decode: readWorker(arm.decode) }
  }
  const { tp, pp, ep, 'dcp-size': dcpSize, 'pcp-size': pcpSize, 'dp-attn': dpAttn } = arm as Partial<AugustAgenticArm>
  return {
    kind: 'single',
    tp: tp ?? 1,
    pp: pp ?? 1,
    dcpSize: dcpSize ?? 1,
    pcpSize: pcpSize ?? 1,
    ...(typeof ep === 'number' && { ep }),
    ...(typeof dpAttn === 'boolean' && { dpAttn }),
  }
}

function readWorker(worker: AugustWorker): Worker {
  const settings = worker['additional-settings']
  return {
    workers: worker['num-worker'],
    tp: worker.tp,
    pp: worker.pp ?? 1,
    dcpSize: worker['dcp-size'] ?? 1,
    pcpSize: worker['pcp-size'] ?? 1,
    ep: worker.ep,
    dpAttn: worker['dp-attn'],
    ...(worker.hardware && { hardware: worker.hardware }),
    ...(settings && { additionalSettings: settings }),
  }
}
