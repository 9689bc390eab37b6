import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Installs the tools of others from PyPI, so it stays out of the ordinary run: `npm run test:peers`. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['e2e/peers/*.peer.ts'],
    reporters: ['default', './e2e/closing-line-reporter.ts'],
    testTimeout: 120_000,
    hookTimeout: 600_000,
    maxWorkers: 1,
  },
})
