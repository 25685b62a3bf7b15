import { Injectable } from '@nestjs/common';
import { TokensRepository } from './tokens.repository.js';

/** Upload tokens for other modules: their ids and labels, never the tokens. */
@Injectable()
export class TokenDirectory {
  constructor(private readonly tokens: TokensRepository) {}

  /** Id and label of every token that the ticket has or had, internal ones included. */
  async labelsOfTicket(ticketId: string): Promise<Map<string, string>> {
    return new Map((await this.tokens.findAllOfTicket(ticketId)).map(({ id, label }) => [id, label]));
  }
}
