import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
function o(n,t){n.stdout.write(`${JSON.stringify(t,null,2)}
`)}function r(...n){return`
Examples:
${n.map(t=>`  $ ${t}`).join(`
`)}
`}function e(n){return n.toLocaleString("en-US")}export{o as a,r as b,e as c};
