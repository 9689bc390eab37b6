import type { ServingSettings } from '@reprise/engine-sim/core'
import type { PlannedJob } from '@reprise/matrix-generator'
import type { ServedWorkers } from './served-job.ts'

/** What stands behind the cache of one rank's GPUs, or in one line why the model does not have it. */
export type HostTier = Pick<
  ServingSettings,
  'hostCacheBytes' | 'hostChunkTokens' | 'hostStore' | 'hicache' | 'hicacheGb'
>

/** Tokens that LMCache stores and finds together. Source: `chunk_size` of its `LMCacheEngineConfig`. */
const LMCACHE_CHUNK_TOKENS = 256

/**
 * The tier in the host's memory that vLLM's flags give a rank of so many GPUs: by `--kv-offloading-size`, or by the connector that they name.
 *
 * Source: `CacheConfig.kv_offloading_size` (GiB over all tensor parallel GPUs) and the connectors of `vllm/distributed/kv_transfer` (`SimpleCPUOffloadConnector`,
 * `OffloadingConnector`, `LMCacheConnectorV1`, `MultiConnector`).
 */
export function vllmHostTier({ flags }: ServedWorkers, gpus: number): HostTier | string {
  const size = flags.get('--kv-offloading-size')
  const backend = flags.get('--kv-offloading-backend') ?? 'native'
  if (size !== undefined) {
    if (backend !== 'native' && backend !== 'lmcache')
      return `--kv-offloading-backend ${backend} is not modelled; native and lmcache are`
    return { hostCacheBytes: Number(size) * 2 ** 30, ...chunksOf(backend) }
  }
  const config = flags.get('--kv-transfer-config')
  return config === undefined ? {} : tierOfConnector(parsed(config), gpus)
}

interface Connector {
  readonly kv_connector?: unknown
  readonly kv_connector_extra_config?: Readonly<Record<string, unknown>>
}

/** Those that hand prompts over are no tier. */
const handingOver = ['NixlConnector', 'NixlPushConnector', 'P2pNcclConnector', 'MooncakeConnector', 'MoRIIOConnector']

function tierOfConnector(
  { kv_connector: name, kv_connector_extra_config: extra = {} }: Connector,
  gpus: number,
): HostTier | string {
  if (typeof name !== 'string') return '--kv-transfer-config names no kv_connector'
  if (handingOver.includes(name)) return {}
  if (name === 'MultiConnector') {
    const connectors = Array.isArray(extra.connectors) ? (extra.connectors as Connector[]) : []
    const tiers = connectors.map((each) => tierOfConnector(each, gpus))
    const refused = tiers.find((tier) => typeof tier === 'string')
    const held = tiers.filter((tier) => typeof tier === 'object' && tier.hostCacheBytes !== undefined)
    if (held.length > 1) return 'MultiConnector with several tiers behind the device is not modelled'
    return refused ?? held[0] ?? {}
  }
  const perGpu = Number(extra.cpu_bytes_to_use_per_rank)
  const bytes = perGpu > 0 ? perGpu * gpus : Number(extra.cpu_bytes_to_use)
  if (name === 'SimpleCPUOffloadConnector' || name === 'OffloadingConnector')
    return bytes > 0
      ? { hostCacheBytes: bytes, ...(extra.lazy_offload === true && { hostStore: 'evicted' as const }) }
      : `${name} does not say in --kv-transfer-config how many bytes of the host it may use; write cpu_bytes_to_use`
  return `the connector ${name} is not modelled; SimpleCPUOffloadConnector, OffloadingConnector and --kv-offloading-size are`
}

function parsed(config: string): Connector {
  try {
    const json: unknown = JSON.parse(config)
    return typeof json === 'object' && json !== null ? json : {}
  } catch {
    return {}
  }
}

function chunksOf(backend: string): HostTier {
  return backend === 'lmcache' ? { hostChunkTokens: LMCACHE_CHUNK_TOKENS } : {}
}

/** The tier that a row wants, where no recipe has flags for it: its share of the row's memory for each GPU. */
export function rowHostTier(
  { scenario }: PlannedJob,
  engine: string,
  { gpus, ofRank }: { readonly gpus: number; readonly ofRank: number },
): HostTier | string {
  if (scenario.kind !== 'agentic-coding' || scenario.offloading.tier === 'none') return {}
  const { tier, backend } = scenario.offloading
  const gbPerGpu = scenario.totalCpuDramGb / gpus
  const name = backend?.name ?? (engine === 'sglang' ? 'hicache' : 'native')
  if (tier === 'ssd') return 'its row wants a tier on disk, of which it does not say how large it is'
  if (gbPerGpu <= 0) return `its row wants a tier in ${tier}, and does not say how large it is`
  if (engine === 'sglang' && name === 'hicache') return { hicache: true, hicacheGb: gbPerGpu }
  if (engine === 'vllm' && ['native', 'vllm-simple', 'lmcache'].includes(name))
    return { hostCacheBytes: gbPerGpu * 1e9 * ofRank, ...chunksOf(name) }
  return `its cache tier ${name} in ${tier} is not modelled without flags of a recipe`
}
