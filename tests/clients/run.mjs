// Runs one case of a client: node run.mjs CLIENT CASE. The environment says where the server is.
const [client, name] = process.argv.slice(2);
const { cases } = await import(`./${client}.mjs`);
if (!cases[name])
  throw new Error(`${client}.mjs has no case '${name}'`);
await cases[name]({ address: process.env.HEARTH_ADDRESS, key: process.env.HEARTH_KEY });
