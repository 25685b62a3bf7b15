export default async function teardown() {
  await Promise.all(globalThis.runningPostgres.map((server) => server.stop()));
}
