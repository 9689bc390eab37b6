import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'e2e/**/*.test.ts'],
    reporters: ['default', './e2e/closing-line-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
