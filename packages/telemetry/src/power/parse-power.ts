import { parseSeriesKey } from '../page/parse-series-key.ts'

/** A device, and what it draws. */
export interface DevicePower {
  readonly device: string
  readonly watts: number
}

/** Reads what a program prints, a line at a time; `undefined` for a line that tells no power: a head, or `[N/A]`. */
export type PowerReader = (line: string) => DevicePower | undefined

/**
 * Lines of `nvidia-smi --query-gpu=uuid,power.draw --format=csv,noheader,nounits`.
 *
 * Source: `nvidia-smi --help-query-gpu`.
 */
export const readNvidiaPower: PowerReader = (line) => devicePower(line.split(',')[0], line.split(',')[1])

/**
 * Lines of `amd-smi metric --power --csv`, whose head says which column is which; it may come again.
 *
 * Source: the documentation of AMD SMI's command line; older versions call the column `average_socket_power` or `current_socket_power`.
 */
export function amdPowerReader(): PowerReader {
  let columns: { readonly device: number; readonly watts: number } | undefined
  return (line) => {
    const cells = line.split(',').map((cell) => cell.trim())
    if (cells.includes('gpu')) {
      const watts = powerColumns.map((name) => cells.indexOf(name)).find((at) => at >= 0)
      columns = watts === undefined ? undefined : { device: cells.indexOf('gpu'), watts }
      return undefined
    }
    return columns && devicePower(cells[columns.device], cells[columns.watts])
  }
}

const powerColumns = ['socket_power', 'current_socket_power', 'average_socket_power', 'power']

/**
 * Every device of a page of the DCGM exporter; none of another page.
 *
 * Source: `etc/default-counters.csv` of the exporter: `DCGM_FI_DEV_POWER_USAGE`, in watts.
 */
export function dcgmPower(series: ReadonlyMap<string, number>): DevicePower[] {
  const found: DevicePower[] = []
  for (const [key, watts] of series) {
    if (!key.startsWith('DCGM_FI_DEV_POWER_USAGE{')) continue
    const labels = parseSeriesKey(key)?.labels
    // A slice of a device draws nothing of its own.
    if (labels?.has('GPU_I_ID')) continue
    const device = labels?.get('UUID') ?? [labels?.get('Hostname'), labels?.get('gpu')].filter(Boolean).join(' ')
    if (device !== '' && Number.isFinite(watts)) found.push({ device: device.slice(0, 200), watts })
  }
  return found
}

function devicePower(device: string | undefined, watts: string | undefined): DevicePower | undefined {
  const number = /^\s*(-?\d+(?:\.\d+)?)\s*W?\s*$/.exec(watts ?? '')?.[1]
  const name = device?.trim().slice(0, 200)
  return number === undefined || !name ? undefined : { device: name, watts: Number(number) }
}
