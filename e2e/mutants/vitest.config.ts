import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** For the copies: a mutant that makes a test wait for ever must not cost more than that test's deadline. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['packages/*/src/**/*.test.ts', 'actions/src/**/*.test.ts', 'e2e/**/*.test.ts'],
    testTimeout: 10_000,
    hookTimeout: 10_000,
    teardownTimeout: 5_000,
    maxWorkers: 1,
  },
})
