import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
function n(r,e){return r.scenario.kind==="agentic-coding"?{...r,scenario:{...r.scenario,durationS:e}}:r}export{n as a};
