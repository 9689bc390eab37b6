import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
