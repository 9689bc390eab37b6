import type { ProfileTally } from '../aiperf/profile-tally.ts'
import { datasetOf } from '../run/dataset.ts'
import type { ExportedRun } from '../run/exported-run.ts'
import { deploymentFields } from './deployment-fields.ts'
import { identityFields } from './identity-fields.ts'
import { powerFields } from './power-fields.ts'
import { requestMetrics } from './request-metrics.ts'
import { serverMetrics } from './server-metrics.ts'

/**
 * A run as InferenceX's aggregate of an agentic job, in the nested form of August 2026. What nobody said of the deployment is absent.
 *
 * Source: InferenceX, process_agentic_result.py (2026-08), build_agg.
 */
export function agenticResult(
  { result, identity }: Pick<ExportedRun, 'result' | 'identity'>,
  tally: ProfileTally,
): object {
  const { common, own } = deploymentFields(identity)
  const server = serverMetrics(result.server, tally)
  return {
    ...identityFields(identity),
    recipe_fingerprint: identity.recipeFingerprint,
    scenario_type: 'agentic-coding',
    ...common,
    kv_offloading: identity.offloading,
    kv_offload_backend: identity.offloadBackend ?? null,
    allocated_cpu_dram_gb: identity.cpuDramGb,
    num_requests_total: tally.total,
    num_requests_successful: tally.profiled,
    request_accounting: {
      records_total: tally.total,
      records_profiled: tally.profiled,
      records_dropped_total: tally.total - tally.profiled,
      records_warmup_dropped: tally.outsideProfiling,
      records_error_dropped: tally.errors,
      error_categories: Object.fromEntries(tally.errorTypes),
    },
    ...own,
    ...(identity.router && { router: identity.router }),
    ...(identity.kvP2pTransfer !== undefined && { kv_p2p_transfer: identity.kvP2pTransfer }),
    dataset: datasetOf(result),
    request_metrics: requestMetrics(tally, { result, gpus: identity.gpus }),
    server_metrics: server,
    kv_cache_pool_tokens: server.kv_cache.gpu_total_tokens,
    ...powerFields(result.power),
  }
}
