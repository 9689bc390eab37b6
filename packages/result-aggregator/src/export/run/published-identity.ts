import type { SweepJob, Worker } from '@reprise/matrix-generator'
import type { Result } from '../../result/result.ts'
import type { Identity } from '../../result/run-header.ts'

/** What a result does not know of itself and whoever exports it may say. */
export const identityKeys = [
  'hw',
  'model-prefix',
  'framework',
  'precision',
  'image',
  'recipe-fingerprint',
  'isl',
  'osl',
] as const
export type IdentityKey = (typeof identityKeys)[number]
export type SaidIdentity = Readonly<Partial<Record<IdentityKey, string>>>

/** One kind of worker of a deployment in several. */
export type PublishedWorker = Omit<Worker, 'additionalSettings'>

/** A run's identity in InferenceX's terms; what nobody said is absent. */
export interface PublishedIdentity {
  readonly hw?: string | undefined
  readonly model: string
  readonly modelPrefix?: string | undefined
  readonly framework?: string | undefined
  readonly precision?: string | undefined
  readonly image?: string | undefined
  readonly recipeFingerprint?: string | undefined
  /** Agents at work; absent for a load that has no such number. */
  readonly conc?: number | undefined
  readonly isl?: number | undefined
  readonly osl?: number | undefined
  readonly specDecoding: string
  readonly disagg: boolean
  readonly gpus?: number | undefined
  readonly shape:
    | ({ readonly kind: 'single' } & Omit<PublishedWorker, 'workers' | 'hardware'>)
    | { readonly kind: 'multi'; readonly prefill: PublishedWorker; readonly decode: PublishedWorker }
    | { readonly kind: 'unknown' }
  readonly offloading: string
  readonly offloadBackend?: { readonly name: string; readonly version?: string } | undefined
  readonly cpuDramGb?: number | undefined
  readonly router?: { readonly name: string; readonly version: string } | undefined
  readonly kvP2pTransfer?: string | undefined
}

/** Of what is said several times, what the user says wins, then the job, then the result. */
export function publishedIdentity(
  { identity, load, provenance }: Result,
  { job, said = {} }: { readonly job?: SweepJob | undefined; readonly said?: SaidIdentity | undefined } = {},
): PublishedIdentity {
  const topology = new Topology(identity.topology)
  const scenario = job?.job.scenario
  const agentic = scenario?.kind === 'agentic-coding' ? scenario : undefined
  const lengths = /^fixed lengths (\d+)\/(\d+)/.exec(provenance.corpusSource ?? '')
  const fixed = scenario?.kind === 'fixed-seq-len' ? scenario : undefined
  return {
    hw: said.hw ?? identity.hardware,
    model: identity.model,
    modelPrefix: said['model-prefix'] ?? job?.job.modelPrefix,
    framework: said.framework ?? job?.job.framework ?? identity.engine?.name,
    precision: said.precision ?? identity.precision,
    image: said.image ?? identity.engine?.image,
    recipeFingerprint: said['recipe-fingerprint'] ?? job?.fingerprint,
    conc: load.kind === 'lanes' ? load.lanes : undefined,
    isl: wholeOf(said.isl) ?? fixed?.inputTokens ?? wholeOf(lengths?.[1]),
    osl: wholeOf(said.osl) ?? fixed?.outputTokens ?? wholeOf(lengths?.[2]),
    specDecoding: topology.text('spec-decoding') ?? 'none',
    disagg: topology.flag('disagg'),
    gpus: identity.gpus,
    shape: topology.shape(),
    offloading: topology.text('kv-offloading') ?? topology.text('offloading') ?? 'none',
    offloadBackend: topology.component('kv-offload-backend'),
    cpuDramGb: agentic?.totalCpuDramGb,
    router: topology.wholeComponent('router'),
    kvP2pTransfer: topology.text('kv-p2p-transfer'),
  }
}

/** What InferenceX's ingest cannot do without, as far as it is not known. */
export function missingIdentity({ hw, modelPrefix, framework, precision, conc }: PublishedIdentity): string[] {
  const wanted = { hw, 'model-prefix': modelPrefix, framework, precision, conc }
  return Object.entries(wanted).flatMap(([name, value]) => (value === undefined ? [name] : []))
}

/** Reads the flat fields that `deploymentOf` gave a result. */
class Topology {
  readonly #fields: NonNullable<Identity['topology']>

  constructor(fields: Identity['topology']) {
    this.#fields = fields ?? {}
  }

  text(name: string): string | undefined {
    const value = this.#fields[name]
    return value === undefined ? undefined : String(value)
  }

  flag(name: string): boolean {
    return this.text(name) === 'true'
  }

  count(name: string, absent: number): number {
    return wholeOf(this.text(name)) ?? absent
  }

  component(name: string): { name: string; version?: string } | undefined {
    const [named, version] = [this.text(`${name}.name`), this.text(`${name}.version`)]
    return named === undefined ? undefined : { name: named, ...(version !== undefined && { version }) }
  }

  wholeComponent(name: string): { name: string; version: string } | undefined {
    const { name: named, version } = this.component(name) ?? {}
    return named === undefined || version === undefined ? undefined : { name: named, version }
  }

  shape(): PublishedIdentity['shape'] {
    if (this.text('prefill.tp') !== undefined)
      return { kind: 'multi', prefill: this.#worker('prefill.'), decode: this.#worker('decode.') }
    if (this.text('tp') === undefined) return { kind: 'unknown' }
    const { workers: _, hardware: __, ...sizes } = this.#worker('')
    return { kind: 'single', ...sizes }
  }

  #worker(role: string): PublishedWorker {
    const hardware = this.text(`${role}hardware`)
    return {
      workers: this.count(`${role}num-worker`, 0),
      tp: this.count(`${role}tp`, 1),
      pp: this.count(`${role}pp`, 1),
      dcpSize: this.count(`${role}dcp-size`, 1),
      pcpSize: this.count(`${role}pcp-size`, 1),
      ep: this.count(`${role}ep`, 1),
      dpAttn: this.flag(`${role}dp-attn`),
      ...(hardware !== undefined && { hardware }),
    }
  }
}

function wholeOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
