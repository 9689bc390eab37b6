import { type PowerLine, type PowerMeterName, powerMeters } from '@reprise/telemetry'
import type { Power } from '../../result/power.ts'
import type { Throughput } from '../../result/result.ts'
import { lengthMs, type TimeWindow } from '../server/time-windows.ts'
import { deviceEnergyJ, longestGapMs, type PowerReading } from './device-energy.ts'

/** What the devices of a meter drew at about one instant. */
export interface PowerRound {
  readonly atMs: number
  /** Of each that was read. */
  readonly watts: readonly number[]
}

/** Measures what accelerators drew, in one pass over the lines of `power.jsonl`. */
export class PowerMeasure {
  readonly #windows: readonly TimeWindow[]
  readonly #readings = new Map<PowerMeterName, Map<string, PowerReading[]>>()
  readonly #problems = new Map<PowerMeterName, string>()

  constructor(windows: readonly TimeWindow[]) {
    this.#windows = windows
  }

  add(line: PowerLine): void {
    if ('schema' in line) return
    const { meter } = line
    if ('problem' in line) {
      if (!this.#problems.has(meter)) this.#problems.set(meter, line.problem)
      return
    }
    const devices = this.#readings.get(meter) ?? new Map<string, PowerReading[]>()
    this.#readings.set(meter, devices)
    const readings = devices.get(line.device) ?? []
    devices.set(line.device, readings)
    readings.push({ atMs: line.atMs, watts: line.watts })
  }

  /** Readings of all devices of a meter that belong together: each device once, in the order of time. */
  rounds(meter: PowerMeterName): PowerRound[] {
    const readings = [...(this.#readings.get(meter) ?? [])]
      .flatMap(([device, own]) => own.map(({ atMs, watts }) => ({ device, atMs, watts })))
      .sort((one, other) => one.atMs - other.atMs)
    const rounds: { atMs: number; watts: number[]; devices: Set<string> }[] = []
    for (const { device, atMs, watts } of readings) {
      const round = rounds.at(-1)
      if (!round || round.devices.has(device) || atMs - round.atMs > longestGapMs)
        rounds.push({ atMs, watts: [watts], devices: new Set([device]) })
      else {
        round.watts.push(watts)
        round.devices.add(device)
      }
    }
    return rounds.map(({ atMs, watts }) => ({ atMs, watts }))
  }

  /**
   * Of one meter: they measure the same devices, so the first that covers the window is taken. `undefined` where none measured anything.
   *
   * @param gpus accelerators of the deployment, where it is known: as many devices must have been measured.
   */
  result({ gpus, throughput }: { gpus?: number | undefined; throughput?: Throughput | undefined }): Power | undefined {
    const all = powerMeters.flatMap((meter) => this.#of(meter, { gpus, throughput }) ?? [])
    return all.find(({ problems }) => problems === undefined) ?? all[0]
  }

  #of(
    meter: PowerMeterName,
    { gpus, throughput }: { gpus?: number | undefined; throughput?: Throughput | undefined },
  ): Power | undefined {
    const devices = [...(this.#readings.get(meter)?.values() ?? [])]
    if (devices.length === 0) return undefined
    const said = { meter, devices: devices.length, samples: devices.reduce((sum, { length }) => sum + length, 0) }
    const energies = devices.flatMap((readings) => this.#windows.map((window) => deviceEnergyJ(readings, window)))
    const told = this.#problems.get(meter)
    const problems = [
      ...new Set(energies.filter((each) => typeof each === 'string')),
      ...(this.#windows.length === 0 ? ['the run has no window'] : []),
      ...(gpus !== undefined && gpus !== devices.length
        ? [`${devices.length} devices were measured, and ${gpus} serve`]
        : []),
    ]
    if (problems.length > 0) return { ...said, problems: [...problems, ...(told === undefined ? [] : [told])] }
    const energyJ = energies.reduce<number>((sum, each) => sum + (each as number), 0)
    const meanW = energyJ / (lengthMs(this.#windows) / 1_000)
    return { ...said, meanW, meanPerDeviceW: meanW / devices.length, energyJ, ...energyShares(meanW, throughput) }
  }
}

/** Watts over what comes in a second: joules for each. */
function energyShares(meanW: number, throughput: Throughput | undefined): Partial<Power> {
  if (!throughput) return {}
  const { output, input, total, requestsPerS } = throughput
  const each = (name: keyof Power, perS: number) => (perS > 0 ? { [name]: meanW / perS } : {})
  return {
    ...each('joulesPerOutputToken', output),
    ...each('joulesPerInputToken', input),
    ...each('joulesPerTotalToken', total),
    ...each('joulesPerRequest', requestsPerS),
  }
}
