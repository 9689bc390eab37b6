export { okRecord } from './run.fixture.ts'
