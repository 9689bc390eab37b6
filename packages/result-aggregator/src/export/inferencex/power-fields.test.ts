import { expect, test } from 'vitest'
import { powerFields } from './power-fields.ts'

const read = { meter: 'nvidia-smi', devices: 2, samples: 60 } as const

test('watts of one device and of all, joules of all and for each thing', () => {
  const shares = { joulesPerRequest: 600, joulesPerInputToken: 0.1, joulesPerOutputToken: 6, joulesPerTotalToken: 0.09 }
  expect(powerFields({ ...read, meanW: 1200, meanPerDeviceW: 600, energyJ: 36_000, ...shares })).toEqual({
    ...{ power_metric_schema_version: 2, power_valid: 1 },
    ...{ avg_power_w: 600, avg_total_gpu_power_w: 1200, total_gpu_energy_j: 36_000 },
    ...{ joules_per_successful_query: 600, joules_per_input_token: 0.1 },
    ...{ joules_per_output_token: 6, joules_per_total_token: 0.09 },
  })
})

test('a window that is not covered has no energy, and without a meter nothing is said', () => {
  const problems = ['the readings do not enclose the window']
  expect(powerFields({ ...read, problems })).toEqual({ power_metric_schema_version: 2, power_valid: 0 })
  expect(powerFields(undefined)).toEqual({})
})
