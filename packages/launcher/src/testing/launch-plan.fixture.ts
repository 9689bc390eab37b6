import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Host } from '../host/host.ts'
import type { LaunchPlan } from '../plan/launch-plan.ts'

const fakeServer = join(import.meta.dirname, 'fake-server.fixture.ts')

/** A label that no other test has. */
export function freshLabel(): string {
  return `reprise-test-${crypto.randomUUID().slice(0, 13)}`
}

/** A plan for the fake server. */
export function fakePlan(deeds: readonly string[], changes: Partial<LaunchPlan> = {}): LaunchPlan {
  return {
    schema: 'launch-plan/1',
    label: freshLabel(),
    host: 'process',
    argv: [process.execPath, fakeServer, ...deeds],
    env: {},
    mounts: [],
    devices: [],
    gpus: 0,
    port: 'auto',
    healthPath: '/health',
    metricsPath: '/metrics',
    model: 'm',
    fatalPatterns: [],
    deadlinesS: { start: 10, load: 10, ready: 10, warm: 10 },
    stopGraceS: 5,
    ...changes,
  }
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
