import { afterEach } from 'vitest'
import { killStragglers } from './run-cli.ts'

// A command that outlives its test would keep the whole run from ending.
afterEach(killStragglers)
