import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
function o(n,r){n.stdout.write(`${JSON.stringify(r,null,2)}
`)}function i(...n){return`
Examples:
${n.map(r=>`  $ ${r}`).join(`
`)}
`}function s(n,r,t=`${r}s`){return`${e(n)} ${n===1?r:t}`}function e(n){return n.toLocaleString("en-US")}export{o as a,i as b,s as c,e as d};
