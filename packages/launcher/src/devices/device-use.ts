import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import type { DeviceClaim } from './device-claim.ts'

/** A process on an accelerator. */
export interface DeviceProcess {
  readonly pid: number
  readonly name: string
}

/** What an accelerator is used for. */
export interface DeviceUse {
  readonly index: number
  readonly usedMib: number
  readonly processes: readonly DeviceProcess[]
}

/** The two questions that the vendor's tool is asked, as words. */
export const deviceQuestions = {
  nvidia: {
    memory: ['nvidia-smi', '--query-gpu=index,uuid,memory.used', '--format=csv,noheader,nounits'],
    processes: ['nvidia-smi', '--query-compute-apps=gpu_uuid,pid,process_name', '--format=csv,noheader,nounits'],
  },
  amd: {
    memory: ['amd-smi', 'metric', '--mem-usage', '--json'],
    processes: ['amd-smi', 'process', '--json'],
  },
} as const

export interface DeviceAnswers {
  readonly memory: string
  readonly processes: string
}

/** What the vendor's tool says of every accelerator, by its answers. @throws Error when they are none that it would give. */
export function parseDeviceUse(vendor: DeviceClaim['vendor'], answers: DeviceAnswers): DeviceUse[] {
  return vendor === 'nvidia' ? parseNvidia(answers) : parseAmd(answers)
}

/**
 * Lines of CSV. The name of a process may itself hold commas.
 *
 * Source: `nvidia-smi --help-query-gpu` and `--help-query-compute-apps`.
 */
function parseNvidia({ memory, processes }: DeviceAnswers): DeviceUse[] {
  const running = linesOf(processes).flatMap((line) => {
    const [uuid, pid, ...name] = line.split(',').map((cell) => cell.trim())
    return /^\d+$/.test(pid ?? '') ? [{ uuid, pid: Number(pid), name: name.join(', ') }] : []
  })
  return linesOf(memory).map((line) => {
    const [index, uuid, used] = line.split(',').map((cell) => cell.trim())
    if (!/^\d+$/.test(index ?? '') || !/^\d+$/.test(used ?? ''))
      throw new Error(`nvidia-smi says ${printable(line, 200)}`)
    const own = running.filter((each) => each.uuid === uuid).map(({ pid, name }) => ({ pid, name }))
    return { index: Number(index), usedMib: Number(used), processes: own }
  })
}

const Amount = z.object({ value: z.coerce.number().nonnegative(), unit: z.string() })
const AmdMemory = z.object({ gpu: z.int(), mem_usage: z.object({ used_vram: Amount }) })
const AmdProcess = z.object({
  process_info: z.union([z.string(), z.object({ name: z.string(), pid: z.coerce.number().int() })]),
})
const AmdProcesses = z.object({ gpu: z.int(), process_list: z.union([z.string(), z.array(AmdProcess)]) })

/**
 * JSON: a list with an entry for each accelerator, which newer versions wrap into `gpu_data`; where nothing runs, a sentence stands in the place
 * of a process.
 *
 * Source: the AMD SMI CLI of ROCm 6 and 7.
 */
function parseAmd({ memory, processes }: DeviceAnswers): DeviceUse[] {
  const running = parsedList(AmdProcesses, processes)
  return parsedList(AmdMemory, memory).map(({ gpu, mem_usage: { used_vram: used } }) => {
    const list = running.find((each) => each.gpu === gpu)?.process_list ?? []
    const own =
      typeof list === 'string' ? [] : list.flatMap(({ process_info: one }) => (typeof one === 'string' ? [] : [one]))
    return { index: gpu, usedMib: inMib(used), processes: own.map(({ pid, name }) => ({ pid, name })) }
  })
}

function parsedList<T>(schema: z.ZodType<T>, text: string): T[] {
  const List = z.union([z.array(schema), z.object({ gpu_data: z.array(schema) })])
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error(`amd-smi says ${printable(text, 200)}`)
  }
  const parsed = List.safeParse(value)
  if (!parsed.success) throw new Error(`amd-smi says ${printable(text, 200)}`)
  return Array.isArray(parsed.data) ? parsed.data : parsed.data.gpu_data
}

function inMib({ value, unit }: z.infer<typeof Amount>): number {
  const factors: Readonly<Record<string, number>> = { B: 2 ** -20, KB: 2 ** -10, MB: 1, GB: 2 ** 10 }
  return value * (factors[unit.toUpperCase().replace('IB', 'B')] ?? 1)
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}

/** What keeps the claimed accelerators from being idle. */
export interface Occupation {
  /** In words, one for each accelerator; empty where all are idle. */
  readonly words: readonly string[]
  /** Nobody is seen at work: memory that the driver may still be giving back. */
  readonly mayPass: boolean
}

/** Who uses the accelerators of a claim. @throws Error when one of them is not there. */
export function occupation({ indices, idleMib }: DeviceClaim, uses: readonly DeviceUse[]): Occupation {
  const claimed = indices.map((index) => {
    const use = uses.find((each) => each.index === index)
    if (!use) throw new Error(`GPU ${index} is not there: ${uses.length} answer`)
    return use
  })
  const busy = claimed.filter(({ usedMib, processes }) => processes.length > 0 || usedMib > idleMib)
  return { words: busy.map(renderUse), mayPass: busy.every(({ processes }) => processes.length === 0) }
}

function renderUse({ index, usedMib, processes }: DeviceUse): string {
  const named = processes.map(({ pid, name }) => `process ${pid} (${printable(name, 80)})`)
  const who = named.length > 0 ? named.join(', ') : 'no process that this user can see'
  return `GPU ${index} has ${Math.round(usedMib)} MiB in use by ${who}`
}
