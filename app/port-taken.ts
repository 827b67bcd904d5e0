/** What a port that is taken means for whoever starts the program. */
export class PortTaken extends Error {
  constructor(host: string, port: number) {
    super(`${host}:${port} is in use by another program. Stop it, or set YILIAN_PORT to a free port.`);
    this.name = 'PortTaken';
  }
}
