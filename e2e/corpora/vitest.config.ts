import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** All 355 public traces where the ordinary run takes a tenth of them: `npm run test:corpora`. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: [
      'packages/trace/src/synth/fit-model.test.ts',
      'packages/replay-engine/src/content/corpora.test.ts',
      'packages/replay-engine/src/replay/replay.{corpus,timing}.test.ts',
    ],
    env: { REPRISE_CORPORA: 'whole' },
    reporters: ['default', './e2e/closing-line-reporter.ts'],
    testTimeout: 300_000,
  },
})
