import { expect, test } from 'vitest'
import { amdPowerReader, dcgmPower, readNvidiaPower } from './parse-power.ts'

test.each([
  ['GPU-4f2, 312.45', { device: 'GPU-4f2', watts: 312.45 }],
  ['GPU-4f2, 312.45 W', { device: 'GPU-4f2', watts: 312.45 }],
  ['GPU-4f2, [N/A]', undefined],
  ['uuid, power.draw [W]', undefined],
  ['', undefined],
  ['No devices were found', undefined],
])('nvidia-smi: %j', (line, power) => expect(readNvidiaPower(line)).toEqual(power))

test('amd-smi: the head says which column is which, and may come again in another order', () => {
  const read = amdPowerReader()
  const lines = [
    '0,99',
    'gpu,socket_power,gfx_voltage',
    '0,751,N/A',
    '1,N/A,900',
    'timestamp,gpu,average_socket_power',
    '1795366507,1,140.5',
  ]
  expect(lines.map(read)).toEqual([
    undefined,
    undefined,
    { device: '0', watts: 751 },
    undefined,
    undefined,
    { device: '1', watts: 140.5 },
  ])
})

test('DCGM: whole devices, by their own names', () => {
  const series = new Map([
    ['DCGM_FI_DEV_POWER_USAGE{Hostname="n1",UUID="GPU-a",gpu="0"}', 401.5],
    ['DCGM_FI_DEV_POWER_USAGE{Hostname="n1",gpu="1"}', 77],
    ['DCGM_FI_DEV_POWER_USAGE{GPU_I_ID="3",Hostname="n1",UUID="GPU-a",gpu="0"}', 401.5],
    ['DCGM_FI_DEV_POWER_USAGE{UUID="GPU-c"}', Number.NaN],
    ['DCGM_FI_DEV_GPU_TEMP{UUID="GPU-a"}', 50],
  ])
  expect(dcgmPower(series)).toEqual([
    { device: 'GPU-a', watts: 401.5 },
    { device: 'n1 1', watts: 77 },
  ])
})
