import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Host } from '../host/host.ts'
import type { DockerPlan, ProcessPlan } from '../plan/launch-plan.ts'
import type { PlannedProcess } from '../plan/planned-process.ts'

const fakeServer = join(import.meta.dirname, 'fake-server.fixture.ts')

/** A label that no other test has. */
export function freshLabel(): string {
  return `reprise-test-${crypto.randomUUID().slice(0, 13)}`
}

/** A process that is the fake server. */
export function fakeProcess(deeds: readonly string[], changes: Partial<PlannedProcess> = {}): PlannedProcess {
  return {
    role: 'server',
    count: 1,
    placement: { kind: 'packed' },
    argv: [process.execPath, fakeServer, ...deeds],
    env: {},
    devices: [],
    gpus: 0,
    port: 'auto',
    morePorts: [],
    healthPath: '/health',
    metricsPath: '/metrics',
    fatalPatterns: [],
    ...changes,
  }
}

/** Of a plan and of its one process. */
export type FakeChanges = Partial<ProcessPlan> & Partial<Pick<PlannedProcess, 'argv' | 'port' | 'fatalPatterns'>>

/** A plan for the fake server. */
export function fakePlan(deeds: readonly string[], changes: FakeChanges = {}): ProcessPlan {
  const { argv, port, fatalPatterns, ...rest } = changes
  const own = { ...(argv && { argv }), ...(port && { port }), ...(fatalPatterns && { fatalPatterns }) }
  return {
    schema: 'launch-plan/2',
    label: freshLabel(),
    host: 'process',
    processes: [fakeProcess(deeds, own)],
    secretEnv: [],
    model: 'm',
    vendor: 'none',
    deadlinesS: { start: 10, load: 10, ready: 10, warm: 10 },
    stopGraceS: 5,
    ...rest,
  }
}

/** The words of the fake server, for this machine, or for an image that has Node by another name. */
export function fakeWords(deeds: readonly string[], node = process.execPath): string[] {
  return [node, fakeServer, ...deeds]
}

/** A plan for processes in containers of an image. */
export function fakeDockerPlan(image: string, processes: readonly PlannedProcess[]): DockerPlan {
  const settings = { ulimits: {}, init: true, groups: [], capabilities: [], securityOptions: [], logMib: 16 }
  const deadlinesS = { pull: 60, start: 30, load: 30, ready: 30, warm: 30 }
  return { ...fakePlan([]), processes: [...processes], host: 'docker', image, mounts: [], settings, deadlinesS }
}

/** A folder that goes away with the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-launch-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Ends what carries the label when the test is over, however it went. */
export function cleanUpAfter(host: Host, label: string): void {
  onTestFinished(async () => void (await host.cleanUp(label, { graceS: 0.1 })))
}
