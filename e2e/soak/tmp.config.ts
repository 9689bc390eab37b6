import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Takes minutes and a private Docker daemon, so it stays out of the ordinary run: `npm run soak:hosts`. */
export default defineConfig({
  root: resolve('/work/wt/slurm'),
  test: {
    include: ['e2e/soak/*.soak.ts'],
    reporters: ['default', './e2e/closing-line-reporter.ts'],
    setupFiles: ['./e2e/kill-stragglers.ts'],
    testTimeout: 1_200_000,
    hookTimeout: 300_000,
    maxWorkers: 1,
  },
})
