import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { launchFiles } from '../record/launch-files.ts'
import { readProcess } from './process-table.ts'
import { readSmallFile } from './read-small-file.ts'

/** Who has launched: enough to tell, on any later day, whether anybody still waits for what is left of it. */
export const LaunchOwner = z.strictObject({
  label: z.string().regex(/^reprise-[a-z0-9-]{1,55}$/, 'a label that a launch would give'),
  /** Folder of the launch, where `launch stop` finds whose it is. */
  state: z.string().min(1).max(4_096),
  /** The process that launches, and the start of the machine that it belongs to; absent where the system does not tell. */
  launcher: z
    .strictObject({
      machine: z.string().max(255),
      boot: z.string().max(64),
      pid: z.int().positive(),
      startTicks: z.int().nonnegative(),
    })
    .optional(),
})
export type LaunchOwner = z.infer<typeof LaunchOwner>

/** What something says of its owner; undefined where that is none of ours. */
export function parseOwner(text: string): LaunchOwner | undefined {
  try {
    return LaunchOwner.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** This process, as the owner of a launch. */
export function thisLauncher(label: string, state: string): LaunchOwner {
  const self = readProcess(process.pid)
  if (!self) return { label, state }
  return { label, state, launcher: { machine: hostname(), boot: bootId(), pid: self.pid, startTicks: self.startTicks } }
}

/**
 * Whether a launch was left by a launcher that was killed over it: that has ended, and its folder does not say that the server was ever
 * handed over. False where nobody can tell: it is then ended by `launch stop` alone.
 */
export function isOrphan({ label, state, launcher }: LaunchOwner): boolean {
  if (launcher === undefined || launcher.machine !== hostname()) return false
  // In this order: a launcher hands over before it ends.
  return !isAlive(launcher) && !wasHandedOver(label, state)
}

/** Whether a launcher of this machine is still there. */
export function isAlive({ boot, pid, startTicks }: NonNullable<LaunchOwner['launcher']>): boolean {
  return boot === bootId() && readProcess(pid)?.startTicks === startTicks
}

const Handed = z.object({ label: z.string() })

/** What cannot be read may say so: only where there is no such record has nobody been given the server. */
function wasHandedOver(label: string, state: string): boolean {
  try {
    return Handed.parse(JSON.parse(readSmallFile(join(state, launchFiles.launch)))).label === label
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}

/** Names one start of this machine. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}
