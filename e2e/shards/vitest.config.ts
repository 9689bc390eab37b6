import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Real processes that wait for a common start, for every preset: it stays out of the ordinary run, `npm run test:shards`. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['e2e/shards/*.live.ts'],
    setupFiles: ['./e2e/kill-stragglers.ts'],
    reporters: ['default', './e2e/closing-line-reporter.ts'],
    testTimeout: 900_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
})
