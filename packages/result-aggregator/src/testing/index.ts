export { okRecord } from './run.fixture.ts'
export { readTimeline } from './timeline-reader.fixture.ts'
