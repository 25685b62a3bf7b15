import { Page } from '../../components/ui/page.js';

export function TicketPage() {
  return <Page title="" />;
}
