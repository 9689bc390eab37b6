export { type DockerDaemon, startDockerDaemon } from './docker-daemon.fixture.ts'
