import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { PowerLine } from '../power/power-line.ts'
import { startPowerProgram } from './power-program.ts'

const path = process.env.PATH
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-power-'))
  process.env.PATH = `${folder}${delimiter}${path}`
})
afterEach(() => {
  process.env.PATH = path
  rmSync(folder, { recursive: true, force: true })
})

/** A stand-in for a maker's program: it shows its words, and what the script prints. */
function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, name), 0o755)
}

function start(meter: 'nvidia-smi' | 'amd-smi', { optional = false, devices = [] as string[] } = {}) {
  const lines: PowerLine[] = []
  const running = startPowerProgram({
    meter,
    intervalMs: 1_000,
    devices,
    optional,
    now: () => 5,
    write: (line) => lines.push(line),
  })
  return { lines, running }
}

test('every device is read as it is told, and the program is gone afterwards', async () => {
  program('nvidia-smi', 'while :; do echo "GPU-a, 300.5"; echo "GPU-b, [N/A]"; echo "$*, 1"; sleep 0.02; done')
  const { lines, running } = start('nvidia-smi', { devices: ['0', '3'] })
  await vi.waitFor(() => expect(lines.length).toBeGreaterThan(3))
  await running.stop(30_000)
  const count = lines.length
  expect(lines[0]).toEqual({ meter: 'nvidia-smi', device: 'GPU-a', atMs: 5, watts: 300.5 })
  expect(lines.some((line) => 'problem' in line)).toBe(false)
  await running.stop(0)
  expect(lines).toHaveLength(count)
})

test('one that heeds no signal is ended all the same', async () => {
  program('amd-smi', 'trap "" TERM; echo gpu,socket_power; while :; do echo 0,140; sleep 0.02; done')
  const { lines, running } = start('amd-smi')
  await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0))
  await running.stop(0)
  expect(lines[0]).toMatchObject({ meter: 'amd-smi', device: '0', watts: 140 })
})

test('one that ends by itself is told', async () => {
  program('nvidia-smi', 'exit 9')
  const { lines, running } = start('nvidia-smi')
  await vi.waitFor(() => expect(lines).toEqual([{ meter: 'nvidia-smi', atMs: 5, problem: 'it ended (exit code 9)' }]))
  await running.stop(0)
})

test('that a program is not there is told to whoever asked for it alone', async () => {
  process.env.PATH = folder
  const [wanted, found] = [start('amd-smi'), start('amd-smi', { optional: true })]
  await vi.waitFor(() =>
    expect(wanted.lines).toMatchObject([{ meter: 'amd-smi', problem: expect.stringMatching(/^it does not start/) }]),
  )
  await wanted.running.stop(0)
  await found.running.stop(0)
  expect(found.lines).toEqual([])
})
