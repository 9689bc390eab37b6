import { defineConfig } from 'vitest/config'
import { SlowFirst } from './e2e/slow-first.ts'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'actions/src/**/*.test.ts', 'e2e/**/*.test.ts'],
    reporters: ['default', './e2e/closing-line-reporter.ts'],
    setupFiles: ['./e2e/kill-stragglers.ts', './e2e/patient-waits.ts'],
    globalSetup: ['./e2e/global-setup.ts'],
    // More than half of the time is spent waiting for servers and windows.
    maxWorkers: 4,
    sequence: { sequencer: SlowFirst },
    // A fresh worker for each of some 500 files would load the project 500 times. No test leaves anything in a module that another would find.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
