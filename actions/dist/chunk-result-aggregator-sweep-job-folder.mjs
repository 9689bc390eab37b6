import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
var o={job:"job.json",status:"status.json",launch:"launch",run:"run",evaluation:"eval"};function t(n){return`job-${n}`}export{o as a,t as b};
