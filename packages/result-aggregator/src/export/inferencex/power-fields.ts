import type { Power } from '../../result/power.ts'

/**
 * What accelerators drew, under InferenceX's names, which it merges into an aggregate; nothing where no meter was read. Energy and what it is divided
 * by are of the same window, ours: there it is from the first request sent to the end of the last reply.
 *
 * Source: InferenceX, utils/agentic/aggregation (2026-08), power schema 2.
 */
export function powerFields(power: Power | undefined): object {
  if (!power) return {}
  const { problems, meanW, meanPerDeviceW, energyJ } = power
  const figures = {
    avg_power_w: meanPerDeviceW,
    avg_total_gpu_power_w: meanW,
    total_gpu_energy_j: energyJ,
    joules_per_successful_query: power.joulesPerRequest,
    joules_per_input_token: power.joulesPerInputToken,
    joules_per_output_token: power.joulesPerOutputToken,
    joules_per_total_token: power.joulesPerTotalToken,
  }
  const known = Object.entries(figures).filter(([, value]) => value !== undefined)
  return { power_metric_schema_version: 2, power_valid: problems ? 0 : 1, ...Object.fromEntries(known) }
}
