// Made from apps/api/openapi.json by `pnpm emit`. Changes belong into the decorators of the API.

export interface paths {
    "/api/v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the collections and where they are */
        get: operations["docs_index"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archives": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List archives, newest first */
        get: operations["archives_list"];
        /**
         * Upload a stream
         * @description `journalctl | curl -T - …/api/v1/archives/`; the name is made of the time.
         */
        put: operations["wholeFile_putStream"];
        /**
         * Upload a file as a form
         * @description What the original uploader script sends.
         */
        post: operations["wholeFile_form"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archives/{archive}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what is known of an archive */
        get: operations["archives_read"];
        /**
         * Upload a file under this name
         * @description `curl -T bundle.tar.gz …/api/v1/archives/bundle.tar.gz`
         */
        put: operations["wholeFile_putNamed"];
        post?: never;
        /** Delete an archive; needs the second factor */
        delete: operations["archives_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/archives/{archive}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download an archive; needs the second factor */
        get: operations["downloads_download"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** What a download would answer; needs the second factor */
        head: operations["downloads_head"];
        patch?: never;
        trace?: never;
    };
    "/api/v1/archives/{archive}/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the lines of an archive to a drain
         * @description A text, also compressed with gzip or Zstandard. Each line carries the time that is found in it, and the number of the ticket as structured data.
         *     At least once and in order: after an interruption, lines of the last batch may arrive again.
         */
        post: operations["replays_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what to what, when, from where; newest first */
        get: operations["audit_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/2fa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove the second factor
         * @description A new one then needs an invitation. The last administrator who has one replaces it instead.
         */
        delete: operations["twoFactor_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/2fa/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm the new second factor with its first code
         * @description All other sessions end. Five wrong codes end this one.
         */
        post: operations["twoFactor_confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/2fa/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make ten new recovery codes; the old ones stop working */
        post: operations["twoFactor_regenerate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/2fa/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to set up or replace the second factor
         * @description Needs a login of the last ten minutes; replacing also needs password and a code. Nothing changes until the new secret is confirmed, in this session and within ten minutes.
         */
        post: operations["twoFactor_setUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/2fa/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a code again, for what needs it within five minutes
         * @description Five wrong codes in a row end the login; after ten an hour the account takes recovery codes only.
         */
        post: operations["twoFactor_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List own API keys, newest first */
        get: operations["apiKeys_list"];
        put?: never;
        /**
         * Make an API key
         * @description Needs a code of the last five minutes. A key never does more than its owner could at that moment, whatever its scopes say.
         */
        post: operations["apiKeys_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API key; administrators may revoke anybody's */
        delete: operations["apiKeys_revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open an invitation: whom it is for, and the second factor to set up */
        post: operations["invitations_open"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/invitation/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set password and second factor together, and log in
         * @description Once; the link then stops working.
         */
        post: operations["invitations_accept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the own account: role, second factor, and what may be done */
        get: operations["account_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change how the own name is shown, and the language */
        patch: operations["account_update"];
        trace?: never;
    };
    "/api/v1/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the own password
         * @description All other sessions end.
         */
        post: operations["account_changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List own sessions, newest first */
        get: operations["sessions_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a session; administrators may end anybody's
         * @description It ends at once.
         */
        delete: operations["sessions_end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description An unknown user, a wrong password and a deactivated account get the same answer. Wrong tries, a missing `otp` among them, are slowed down by account and by address.
         */
        post: operations["login_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/token/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the session of the token in the body, the Authorization header or the cookies
         * @description Its access tokens stop working at once. Also 204 where there is nothing left to end.
         */
        post: operations["login_logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/token/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a new access token
         * @description A refresh token in the body stays the same. One in a cookie is replaced; for ten seconds its predecessor still yields access (two tabs), after that its reappearance ends the session.
         */
        post: operations["login_refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/token/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask whether a token would still be accepted */
        post: operations["login_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/captures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List captures, newest first */
        get: operations["captures_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/captures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how far a capture is and what became of it */
        get: operations["captures_read"];
        put?: never;
        post?: never;
        /** Cancel a capture and throw away what has come */
        delete: operations["captures_cancel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/captures/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a capture now and keep what has come
         * @description The archive is made after the answer. A capture that has ended already stays as it is.
         */
        post: operations["captures_stop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/check/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers, as the original said it */
        get: operations["health_check"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/check/storage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The original's address of the same
         * @deprecated
         */
        get: operations["storage_formerReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/check/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the presented upload token still allows */
        get: operations["tokenCheck_check"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/check/token/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The original application's question; prefer the header
         * @deprecated
         */
        get: operations["tokenCheck_formerCheck"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List where the logs of apps and sites go, newest first */
        get: operations["drains_list"];
        put?: never;
        /** Send the logs of an app or a site somewhere */
        post: operations["drains_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drains/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a drain and how it does */
        get: operations["drains_read"];
        put?: never;
        post?: never;
        /** Delete a drain, with what waits in its buffer */
        delete: operations["drains_delete"];
        options?: never;
        head?: never;
        /** Pause a drain or let it go on; change its certificates */
        patch: operations["drains_patch"];
        trace?: never;
    };
    "/api/v1/drains/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a line to the receiver and tell how that went
         * @description Over a connection of its own, past what waits in the buffer. Answers within ten seconds.
         */
        post: operations["drains_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drains/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the log shuttle is there
         * @description Answers in a few seconds at most, and never that something is not available.
         */
        get: operations["drains_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drains/tail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The log of an app or a site, as it comes
         * @description Lines of text. Those that begin with `:` are comments: one comes at once, one every 15 seconds, and one where lines were left out because they were not read in time.
         *     Ends after an hour, and with the login.
         */
        get: operations["drainTail_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens to tickets, uploads and archives, as it happens
         * @description Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), made for EventSource.
         *     Types: `ticket.created`, `ticket.changed`, `ticket.deleted`, `upload.started`, `upload.progress`, `archive.received`, `archive.deleted`, `capture.started`, `capture.progress`, `capture.ended`, `replay.started`, `replay.progress`, `replay.ended`, and `reset`, after which what is shown has to be read anew.
         *     Events are kept for 24 hours; those called `….progress` are not kept. A comment comes every 15 seconds. The stream ends with the login.
         */
        get: operations["events_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The organisation's logo (LOGO_FILE) */
        get: operations["logo_logo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/platforms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List platforms, newest first */
        get: operations["platforms_list"];
        put?: never;
        /** Create a platform */
        post: operations["platforms_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/platforms/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a platform */
        get: operations["platforms_read"];
        /** Replace the fields of a platform */
        put: operations["platforms_put"];
        post?: never;
        /** Delete a platform; with ?cascade=true also its tickets and their archives */
        delete: operations["platforms_delete"];
        options?: never;
        head?: never;
        /** Change some fields of a platform */
        patch: operations["platforms_patch"];
        trace?: never;
    };
    "/api/v1/receipt-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public keys of receipts, as a JWK set (RFC 7517)
         * @description A receipt names its key by `kid`. Keep the set with the receipt: keys of former times are not kept here.
         */
        get: operations["receiptKey_keys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List replays, newest first */
        get: operations["replays_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/replays/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how far a replay is and what became of it */
        get: operations["replays_read"];
        put?: never;
        post?: never;
        /**
         * Cancel a replay
         * @description What was sent before has been sent.
         */
        delete: operations["replays_cancel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/self-test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a proxy in front does to uploads and live events
         * @description The server sends a few small requests to itself by PUBLIC_URL and tells whether bodies arrive as they are sent, which sizes may pass, whether answers stream, and what became of X-Forwarded-* and Expect.
         */
        post: operations["selfTest_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create the first administrator, and log in
         * @description Once, with the code that the server printed when it started. 404 as soon as there is a user.
         */
        post: operations["setup_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/storage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How full the storage is, and by which platforms */
        get: operations["storage_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/storage/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How full the storage was, oldest first */
        get: operations["storage_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tickets, newest first */
        get: operations["tickets_list"];
        put?: never;
        /** Create a ticket with its first upload token */
        post: operations["tickets_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tickets/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a ticket */
        get: operations["tickets_read"];
        /** Replace the fields of a ticket */
        put: operations["tickets_put"];
        post?: never;
        /** Delete a ticket with all its archives; needs the second factor */
        delete: operations["tickets_delete"];
        options?: never;
        head?: never;
        /** Change some fields of a ticket */
        patch: operations["tickets_patch"];
        trace?: never;
    };
    "/api/v1/tickets/{number}/captures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Capture the live log of an app or a site into a ticket
         * @description Becomes a gzip-compressed archive of the ticket when its time or size is reached, or when it is stopped.
         */
        post: operations["captures_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tickets/{number}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How a case went, newest first
         * @description The newest 500 of what happened to the ticket, its upload tokens, uploads and archives.
         */
        get: operations["archives_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tickets/{number}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the upload tokens of a ticket, newest first; recorded in the audit trail */
        get: operations["tokens_list"];
        put?: never;
        /** Make another upload token for a ticket */
        post: operations["tokens_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tickets/{number}/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Uploads of a ticket that are under way, newest first */
        get: operations["archives_uploads"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tickets/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark many tickets as resolved or open */
        post: operations["tickets_resolveAll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an upload token; recorded in the audit trail */
        get: operations["tokens_read"];
        put?: never;
        post?: never;
        /** Revoke an upload token */
        delete: operations["tokens_revoke"];
        options?: never;
        head?: never;
        /** Change the attempts, the expiry or the label of an upload token */
        patch: operations["tokens_edit"];
        trace?: never;
    };
    "/api/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin an upload
         * @description With an Upload-Key that is known, finds the same upload again; 422 where it was for another file.
         */
        post: operations["tus_create"];
        delete?: never;
        /** What this door understands */
        options: operations["tus_options"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The state of an upload, or its receipt once it is stored */
        get: operations["tus_read"];
        put?: never;
        /** PATCH, HEAD or DELETE by X-HTTP-Method-Override */
        post: operations["tus_override"];
        /** Give up an upload; its bytes are gone */
        delete: operations["tus_terminate"];
        options?: never;
        /**
         * Where an upload stands
         * @description Ends a request that still writes it, so that the next PATCH is taken at this offset.
         */
        head: operations["tus_head"];
        /** Send bytes at an offset */
        patch: operations["tus_patch"];
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List users, newest first; deactivated ones too */
        get: operations["users_list"];
        put?: never;
        /**
         * Create a user and an invitation
         * @description The link holds for 72 hours and once; on it the user sets password and second factor together.
         */
        post: operations["users_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a user */
        get: operations["users_get"];
        put?: never;
        post?: never;
        /**
         * Deactivate a user
         * @description Ends sessions and keys; tickets keep the name.
         */
        delete: operations["users_deactivate"];
        options?: never;
        head?: never;
        /**
         * Change role or activity
         * @description Holds from the next request on.
         */
        patch: operations["users_update"];
        trace?: never;
    };
    "/api/v1/users/{username}/2fa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Reset password and second factor of a user
         * @description Ends sessions and keys, and answers the link on which the user sets both anew.
         */
        delete: operations["users_resetSecondFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{username}/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a new invitation; earlier links stop working */
        post: operations["users_invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/archives/download/{ticket}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The original's address: the newest archive of that name
         * @deprecated
         */
        get: operations["downloads_downloadByName"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /**
         * What a download from there would answer
         * @deprecated
         */
        head: operations["downloads_headByName"];
        patch?: never;
        trace?: never;
    };
    "/download/archives/{ticket}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The original's address: the newest archive of that name
         * @deprecated
         */
        get: operations["downloads_downloadByNameAlias"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /**
         * What a download from there would answer
         * @deprecated
         */
        head: operations["downloads_headByNameAlias"];
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers */
        get: operations["health_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server can work: all indicators are up or degraded */
        get: operations["health_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AcceptanceBody: {
            /**
             * @description What stands behind # in the link.
             * @example Zy0MkQ3vX9pLr7TzWm2NcY8bHd5JfGs4AeUoRi6tXq1
             */
            code: string;
            /**
             * @description A code of the second factor that was offered.
             * @example 123456
             */
            otp: string;
            /**
             * Format: password
             * @description At least twelve characters and hard to guess.
             * @example a long walk to the lighthouse
             */
            password: string;
        };
        AccountPatch: {
            /**
             * @description How the name is shown; null where the user has set none.
             * @example Anna Lind
             */
            display_name?: string | null;
            /**
             * @description null: the browser's language.
             * @enum {string|null}
             */
            locale?: "en" | "ru" | null;
        };
        AccountTwoFactorView: {
            /** @description A second factor is set up. */
            enrolled: boolean;
            /** @description A first one may be set up with POST /api/v1/auth/2fa/setup. */
            may_enrol: boolean;
            /**
             * @description Recovery codes that were not used yet.
             * @example 10
             */
            recovery_codes_left: number;
            /**
             * Format: date-time
             * @description When the second factor was last used in this login; null before.
             */
            verified_at: string | null;
        };
        AccountView: {
            /**
             * @description How the name is shown; null where the user has set none.
             * @example Anna Lind
             */
            display_name: string | null;
            /**
             * @description Identifier; never reused.
             * @example 0193f1a2-7c54-7e0b-9a3f-2b6f6a0a9d11
             */
            id: string;
            /**
             * Format: date-time
             * @description null before the first login.
             */
            last_login_at: string | null;
            /**
             * @description Language of the pages; null follows the browser.
             * @example en
             * @enum {string|null}
             */
            locale: "en" | "ru" | null;
            /** @description What the role allows once something more is given. */
            locked: components["schemas"]["LockedPermissionView"][];
            /**
             * @description What may be done at once.
             * @example [
             *       "ticket.read"
             *     ]
             */
            permissions: string[];
            /**
             * @description What the user may do.
             * @example staff
             * @enum {string}
             */
            role: "viewer" | "staff" | "admin";
            /** @description null for an API key. */
            session: components["schemas"]["SessionView"] | null;
            two_factor: components["schemas"]["AccountTwoFactorView"];
            /**
             * @description In lower case; for the login, and unique.
             * @example anna
             */
            username: string;
        };
        ApiKeyInput: {
            /**
             * Format: date-time
             * @description Within 366 days; 90 days where not given.
             * @example 2026-12-01T12:00:00Z
             */
            expires_at?: string;
            /**
             * @description For people, such as what it is used by.
             * @example nightly export
             */
            label: string;
            /**
             * @description What it may do, at most; never more than its owner.
             * @example [
             *       "read"
             *     ]
             */
            scopes: ("read" | "write" | "delete" | "download" | "admin")[];
        };
        ApiKeyView: {
            /**
             * Format: date-time
             * @description When it stops working.
             */
            expires_at: string;
            /**
             * @description The key's last characters.
             * @example x7Qa
             */
            hint: string;
            /**
             * @description Identifier; never reused.
             * @example 0193f1a2-7c54-7e0b-9a3f-2b6f6a0a9d11
             */
            id: string;
            /**
             * @description For people, to tell it from others.
             * @example nightly export
             */
            label: string;
            /**
             * Format: date-time
             * @description null until it is used.
             */
            last_used_at: string | null;
            /**
             * @description What it may do, at most; never more than its owner.
             * @example [
             *       "read"
             *     ]
             */
            scopes: ("read" | "write" | "delete" | "download" | "admin")[];
            /**
             * Format: date-time
             * @description When it was made.
             */
            time_create: string;
        };
        ArchiveView: {
            /** @description Captured from a live stream by staff, not sent by a customer. */
            capture: boolean;
            /**
             * Format: uri
             * @description Where it is downloaded; needs the second factor.
             */
            file: string;
            /**
             * @description Identifier; never reused.
             * @example 019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11
             */
            id: string;
            /**
             * @description As the client declared it.
             * @example application/gzip
             */
            media_type: string;
            /**
             * @description File name, as the customer sent it.
             * @example bundle.tar.gz
             */
            name: string;
            /**
             * @description Name (slug) of its platform.
             * @example vmmanager-6
             */
            platform: string;
            /**
             * @description Of the stored bytes, in hexadecimal digits.
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            sha256: string;
            /**
             * @description Bytes.
             * @example 1932735283
             */
            size: number;
            /**
             * @description What the last check of its bytes found.
             * @enum {string}
             */
            state: "stored" | "missing" | "corrupt";
            /**
             * @description Number of its ticket.
             * @example SUP-1482
             */
            ticket: string;
            /**
             * Format: date-time
             * @description When it was stored.
             */
            time_create: string;
            /**
             * @description The client's address.
             * @example 203.0.113.7
             */
            uploaded_from: string;
        };
        AuditEventView: {
            /**
             * @description What was done, as `thing.verb`.
             * @example archive.downloaded
             */
            action: string;
            /** @description Id of the user, or of the upload token of a customer. */
            actor_id: string | null;
            /**
             * @description Who did it: staff, a customer with an upload token, nobody known, or the server itself.
             * @enum {string}
             */
            actor_kind: "staff" | "customer" | "anonymous" | "system";
            /**
             * @description Name of the user; null where there is none.
             * @example anna
             */
            actor_name: string | null;
            /**
             * @description The client's address.
             * @example 203.0.113.7
             */
            address: string | null;
            /** @description The client's User-Agent. */
            agent: string | null;
            /** @description More, depending on the action. */
            details: {
                [key: string]: unknown;
            };
            /**
             * @description Identifier; never reused.
             * @example 019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11
             */
            id: string;
            /** @description Of the request, as in the log and in X-Request-Id. */
            request_id: string | null;
            /** @description Identifier of what it was done to. */
            target_id: string | null;
            /**
             * @description Kind of what it was done to.
             * @example archive
             */
            target_kind: string | null;
            /**
             * @description What it was called then.
             * @example bundle.tar.gz
             */
            target_name: string | null;
            /**
             * Format: date-time
             * @description When it happened.
             */
            time: string;
        };
        BothFactorsBody: {
            /**
             * @description A code or a recovery code.
             * @example 123456
             */
            otp: string;
            /**
             * Format: password
             * @description The present one.
             * @example a long walk to the lighthouse
             */
            password: string;
        };
        CaptureInput: {
            /**
             * @description Together with `space`.
             * @example shop
             */
            app?: string;
            /**
             * @description When to end by itself; at most an hour.
             * @example 300
             */
            duration_seconds: number;
            /**
             * @description It ends before the line that would make its text longer; the archive is compressed and smaller.
             * @default 1073741824
             */
            max_bytes: number;
            /**
             * @description In place of `app` and `space`.
             * @example www.example.com
             */
            site?: string;
            /**
             * @description Space of the app.
             * @example production
             */
            space?: string;
        };
        CaptureView: {
            /**
             * @description Name of the app; null for a site.
             * @example shop
             */
            app: string | null;
            /**
             * @description Id of the archive; null while there is none, and where nothing came.
             * @example 019a9a60-0b3e-7a41-8f0e-2b7d5c9e1f30
             */
            archive: string | null;
            /**
             * @description Of text, before it is compressed.
             * @example 21830114
             */
            bytes: number;
            /**
             * Format: date-time
             * @description null while it goes on.
             */
            ended_at: string | null;
            /**
             * @description `size`: the next line would have been too much; `fault`: `error` says what went wrong.
             * @enum {string|null}
             */
            ended_by: "time" | "size" | "staff" | "fault" | null;
            /**
             * Format: date-time
             * @description When it ends, or would have.
             */
            ends_at: string;
            /**
             * @description What went wrong. A running capture may have one, while the log shuttle is away.
             * @example There is not enough space. The archive ends there.
             */
            error: string | null;
            /**
             * @description How often lines may be missing; a line beginning with `… gap` marks each place.
             * @example 0
             */
            gaps: number;
            /**
             * @description Identifier; never reused.
             * @example 019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11
             */
            id: string;
            /**
             * @description Captured and safe.
             * @example 148201
             */
            lines: number;
            /**
             * @description It ends by itself when its lines have so many bytes.
             * @example 1073741824
             */
            max_bytes: number;
            /**
             * @description In place of app and space.
             * @example www.example.com
             */
            site: string | null;
            /**
             * @description Space of the app.
             * @example production
             */
            space: string | null;
            /**
             * Format: date-time
             * @description When it began.
             */
            started_at: string;
            /**
             * @description Who began it.
             * @example anna
             */
            started_by: string;
            /**
             * @description `finishing`: the archive is being made; `interrupted`: it ended too early, and what had come by then is the archive; `failed`: there is no archive; `cancelled`: what had come was thrown away.
             * @enum {string}
             */
            state: "running" | "finishing" | "done" | "interrupted" | "failed" | "cancelled";
            /**
             * Format: date-time
             * @description What was heard until then is safe; null before the log shuttle listened for it.
             */
            stored_until: string | null;
            /**
             * @description Number of its ticket.
             * @example SUP-1482
             */
            ticket: string;
        };
        ConfirmedView: {
            /** @description For `Authorization: Bearer`; null with `?cookie=1`. */
            access: string | null;
            /**
             * @description Seconds that the access token holds.
             * @example 600
             */
            expires_in: number;
            /**
             * @description Ten codes, shown this once; each stands in for the second factor once.
             * @example [
             *       "7k2m-q0vd-9xwe-13ab-c4tz-r8hn"
             *     ]
             */
            recovery_codes: string[];
            /** @description Gives new access tokens until the session ends; null with `?cookie=1` and where it did not change. */
            refresh: string | null;
            two_factor: components["schemas"]["TwoFactorView"];
            user: components["schemas"]["LoginUserView"];
        };
        DrainInput: {
            /**
             * @description Together with `space`.
             * @example shop
             */
            app?: string;
            /**
             * @description In place of `app` and `space`.
             * @example www.example.com
             */
            site?: string;
            /**
             * @description Space of the app.
             * @example production
             */
            space?: string;
            /**
             * @description Certificates of its own, over HTTPS and TLS; none where left out.
             * @example {}
             */
            tls?: components["schemas"]["DrainTlsInput"];
            /**
             * @description `http`, `https`, `syslog`, `syslog+tcp`, `syslog+udp` or `syslog+tls`.
             * @example syslog+tls://logs.example.com:6514
             */
            url: string;
        };
        DrainPatch: {
            /** @description Keep lines and send none, or go on. */
            paused?: boolean;
            /**
             * @description Replaces all of them; null takes them away.
             * @example {}
             */
            tls?: components["schemas"]["DrainTlsInput"] | null;
        };
        DrainStateView: {
            /**
             * @description Size of the lines that wait.
             * @example 3072
             */
            buffered_bytes: number;
            /**
             * @description Lines that wait, in memory and on the disk.
             * @example 12
             */
            buffered_records: number;
            /**
             * @description Lines given up: the buffer was full or damaged, or the receiver refused them for good.
             * @example 0
             */
            dropped: number;
            /**
             * @description Instances of the shuttle heard from in the last ten seconds, whose counts are added up here.
             * @example 1
             */
            instances: number;
            /**
             * @description What went wrong last; null where nothing did.
             * @example The receiver refused the connection.
             */
            last_error: string | null;
            /**
             * Format: date-time
             * @description When that was.
             */
            last_error_at: string | null;
            /**
             * @description Delivered at present.
             * @example 120.5
             */
            lines_per_second: number;
            /**
             * Format: date-time
             * @description When it is tried again.
             */
            retry_at: string | null;
            /**
             * @description Lines delivered since the shuttle started.
             * @example 148201
             */
            sent: number;
            /**
             * @description `idle`: nothing to send; `backing_off`: at one instance at least, the receiver is away.
             * @enum {string}
             */
            status: "idle" | "connected" | "backing_off" | "paused";
        };
        DrainTestView: {
            /** @description The receiver took the line. */
            delivered: boolean;
            /**
             * @description How long it took, in milliseconds.
             * @example 42
             */
            duration_ms: number;
            /**
             * @description Why not; null where it was.
             * @example The receiver's certificate has expired.
             */
            error: string | null;
        };
        DrainTlsInput: {
            /**
             * @description Certificates (PEM) that the receiver is checked against, in place of the public ones.
             * @example -----BEGIN CERTIFICATE-----
             *     …
             */
            ca_pem?: string;
            /**
             * @description The certificate to show (PEM), with those between it and its authority.
             * @example -----BEGIN CERTIFICATE-----
             *     …
             */
            certificate_pem?: string;
            /**
             * @description Its key (PEM, without a passphrase).
             * @example -----BEGIN PRIVATE KEY-----
             *     …
             */
            private_key_pem?: string;
        };
        DrainTlsView: {
            /** @description Certificates of its own that the receiver is checked against. */
            ca: boolean;
            /** @description It shows the receiver a certificate. */
            client_certificate: boolean;
        };
        DrainView: {
            /**
             * @description Name of the app; null for a site.
             * @example shop
             */
            app: string | null;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * @description Identifier; never reused.
             * @example 4a2f7f43-3b8c-4c39-9d5c-7a1f2f2b1c55
             */
            id: string;
            /**
             * @description What its lines come from.
             * @enum {string}
             */
            kind: "app" | "site";
            /** @description Lines are kept and not sent. */
            paused: boolean;
            /**
             * @description Name of the site; null for an app.
             * @example www.example.com
             */
            site: string | null;
            /**
             * @description Space of the app.
             * @example production
             */
            space: string | null;
            state: components["schemas"]["DrainStateView"];
            tls: components["schemas"]["DrainTlsView"];
            /**
             * @description HOSTNAME of its packets.
             * @example shop-production
             */
            token: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /**
             * @description What stands before the @ is not shown.
             * @example syslog+tls://***@logs.example.com:6514
             */
            url: string;
        };
        FirstAdministratorBody: {
            /**
             * @description What stands behind # in the set-up link.
             * @example Zy0MkQ3vX9pLr7TzWm2NcY8bHd5JfGs4AeUoRi6tXq1
             */
            code: string;
            /**
             * Format: password
             * @description At least twelve characters and hard to guess.
             * @example a long walk to the lighthouse
             */
            password: string;
            /**
             * @description In lower case; for the login.
             * @example anna
             */
            username: string;
        };
        FormerTokenCheck: {
            /**
             * @description Archives that it still allows.
             * @example 5
             */
            attempts: number;
            /**
             * @description The ticket is closed.
             * @example false
             */
            resolved: boolean;
            /** @description As it was asked for. */
            token: string;
        };
        InvitationBody: {
            /**
             * @description What stands behind # in the link.
             * @example Zy0MkQ3vX9pLr7TzWm2NcY8bHd5JfGs4AeUoRi6tXq1
             */
            code: string;
        };
        InvitationLinkView: {
            /**
             * Format: date-time
             * @description When it stops working.
             */
            expires_at: string;
            /**
             * @description Shown this once.
             * @example https://logs.example.com/invitation#…
             */
            url: string;
        };
        InvitationView: {
            /**
             * Format: date-time
             * @description When it stops working.
             */
            expires_at: string;
            /**
             * @description For an authenticator app, as a link or a QR code.
             * @example otpauth://totp/Logs%20Collector:anna?secret=PBRR&issuer=Logs%20Collector
             */
            otpauth_url: string;
            /** @description The URL as a QR code, an SVG document. */
            qr_svg: string;
            /**
             * @description Base32; for typing.
             * @example PBRR6I4XYP7VJZNH2A3G2HZO4MMLDQ75
             */
            secret: string;
            /**
             * @description In lower case; for the login, and unique.
             * @example anna
             */
            username: string;
        };
        InvitedUserView: {
            invitation: components["schemas"]["InvitationLinkView"];
            user: components["schemas"]["UserView"];
        };
        LockedPermissionView: {
            /**
             * @description The code that a try would get.
             * @example second_factor_enrolment_required
             */
            code: string;
            /**
             * @description What may not be done yet.
             * @example archive.download
             * @enum {string}
             */
            permission: "self.read" | "self.manage" | "ticket.read" | "ticket.edit" | "ticket.delete" | "token.read" | "token.edit" | "platform.read" | "platform.edit" | "platform.delete" | "archive.read" | "archive.download" | "archive.delete" | "storage.read" | "user.read" | "user.manage" | "api-key.read" | "api-key.create" | "audit.read" | "self-test.run" | "drain.read" | "drain.manage" | "stream.watch" | "capture.read" | "capture.manage" | "replay.read" | "replay.manage" | "events.read";
        };
        LoginBody: {
            /**
             * @description The authenticator's present code, or a recovery code; needed once a second factor is set up.
             * @example 123456
             */
            otp?: string;
            /**
             * Format: password
             * @description The present one.
             * @example a long walk to the lighthouse
             */
            password: string;
            /**
             * @description Upper and lower case are the same.
             * @example anna
             */
            username: string;
        };
        LoginUserView: {
            /**
             * @description How the name is shown; null where the user has set none.
             * @example Anna Lind
             */
            display_name: string | null;
            /**
             * @description Identifier; never reused.
             * @example 0193f1a2-7c54-7e0b-9a3f-2b6f6a0a9d11
             */
            id: string;
            /**
             * @description What the user may do.
             * @example staff
             * @enum {string}
             */
            role: "viewer" | "staff" | "admin";
            /**
             * @description In lower case; for the login, and unique.
             * @example anna
             */
            username: string;
        };
        LoginView: {
            /** @description For `Authorization: Bearer`; null with `?cookie=1`. */
            access: string | null;
            /**
             * @description Seconds that the access token holds.
             * @example 600
             */
            expires_in: number;
            /** @description Gives new access tokens until the session ends; null with `?cookie=1` and where it did not change. */
            refresh: string | null;
            two_factor: components["schemas"]["TwoFactorView"];
            user: components["schemas"]["LoginUserView"];
        };
        MadeApiKeyView: {
            /**
             * Format: date-time
             * @description When it stops working.
             */
            expires_at: string;
            /**
             * @description The key's last characters.
             * @example x7Qa
             */
            hint: string;
            /**
             * @description Identifier; never reused.
             * @example 0193f1a2-7c54-7e0b-9a3f-2b6f6a0a9d11
             */
            id: string;
            /**
             * @description For `Authorization: Bearer`; shown this once.
             * @example lck_…
             */
            key: string;
            /**
             * @description For people, to tell it from others.
             * @example nightly export
             */
            label: string;
            /**
             * Format: date-time
             * @description null until it is used.
             */
            last_used_at: string | null;
            /**
             * @description What it may do, at most; never more than its owner.
             * @example [
             *       "read"
             *     ]
             */
            scopes: ("read" | "write" | "delete" | "download" | "admin")[];
            /**
             * Format: date-time
             * @description When it was made.
             */
            time_create: string;
        };
        OfferedSecretView: {
            /**
             * @description For an authenticator app, as a link or a QR code.
             * @example otpauth://totp/Logs%20Collector:anna?secret=PBRR&issuer=Logs%20Collector
             */
            otpauth_url: string;
            /** @description The URL as a QR code, an SVG document. */
            qr_svg: string;
            /**
             * @description Base32; for typing.
             * @example PBRR6I4XYP7VJZNH2A3G2HZO4MMLDQ75
             */
            secret: string;
        };
        OtpBody: {
            /**
             * @description A code of the authenticator app, or a recovery code.
             * @example 123456
             */
            otp: string;
        };
        PasswordBody: {
            /**
             * Format: password
             * @description At least twelve characters and hard to guess.
             * @example a long walk to the lighthouse
             */
            new_password: string;
            /**
             * Format: password
             * @description The present one.
             * @example a long walk to the lighthouse
             */
            password: string;
        };
        PlatformInput: {
            /**
             * @description Slug: letters, digits, `_` and `-`; unique.
             * @example vmmanager-6
             */
            name: string;
            /**
             * @description How people call it.
             * @example VMmanager 6
             */
            pretty_name: string;
        };
        PlatformPatch: {
            /**
             * @description Slug: letters, digits, `_` and `-`; unique.
             * @example vmmanager-6
             */
            name?: string;
            /**
             * @description How people call it.
             * @example VMmanager 6
             */
            pretty_name?: string;
        };
        PlatformUsage: {
            /** @description Size of the archives, in bytes. */
            archives_bytes: number;
            /** @description How many archives. */
            archives_count: number;
            /**
             * @description Slug of the platform.
             * @example vmmanager-6
             */
            name: string;
            /**
             * @description How people call it.
             * @example VMmanager 6
             */
            pretty_name: string;
        };
        PlatformView: {
            /**
             * @description Identifier; never reused.
             * @example 019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11
             */
            id: string;
            /**
             * @description Slug; unique.
             * @example vmmanager-6
             */
            name: string;
            /**
             * @description The name people read.
             * @example VMmanager 6
             */
            pretty_name: string;
            /**
             * @description Counts edits; also the entity tag.
             * @example 1
             */
            version: number;
        };
        /** @description What went wrong (RFC 9457). Programs compare `code`; people read `detail`. */
        Problem: {
            /**
             * @description - `archive_bytes_missing` (410): The bytes of the archive are gone
             *     - `archive_corrupt` (409): The archive is damaged
             *     - `archive_not_found` (404): There is no such archive
             *     - `archive_not_text` (422): The archive is no text that can be replayed
             *     - `archive_too_large` (413): The file is too large
             *     - `attempts_exhausted` (423): The upload token is used up
             *     - `attempts_in_use` (423): All attempts are in use
             *     - `bad_request` (400): The request cannot be understood
             *     - `body_cut` (400): The body ended too early
             *     - `body_timeout` (408): The body stood still
             *     - `body_too_large` (413): The body is too large
             *     - `capture_ended` (409): The capture has ended
             *     - `capture_exists` (409): This stream is being captured already
             *     - `capture_not_found` (404): There is no such capture
             *     - `capture_ticket_resolved` (409): The ticket is resolved
             *     - `checksum_mismatch` (460): The chunk arrived damaged
             *     - `conflict` (409): It conflicts with what exists
             *     - `cross_site_request` (403): The request comes from another site
             *     - `database_full` (507): There is no space left for the database
             *     - `digest_mismatch` (422): The bytes are not those that were announced
             *     - `drain_exists` (409): The drain exists already
             *     - `drain_not_found` (404): There is no such drain
             *     - `drain_paused` (409): The drain is paused
             *     - `drain_tls_invalid` (422): The certificates cannot be used
             *     - `drain_url_invalid` (422): A drain cannot have this URL
             *     - `enrolment_by_invitation` (403): A second factor needs an invitation
             *     - `expectation_failed` (417): The expectation cannot be met
             *     - `file_empty` (400): The file is empty
             *     - `file_missing` (400): There is no file
             *     - `forbidden` (403): Not allowed
             *     - `fresh_second_factor_required` (403): The second factor must be given again
             *     - `headers_too_large` (431): The headers are too large
             *     - `host_not_allowed` (400): The server is not known under this name
             *     - `internal_error` (500): Something went wrong on the server
             *     - `invalid_credentials` (401): User name or password is not right
             *     - `invalid_token` (401): The credential is wrong or has ended
             *     - `invitation_invalid` (404): The invitation cannot be used
             *     - `last_administrator` (409): There must be an administrator
             *     - `malformed_request` (400): This is not valid HTTP
             *     - `method_not_allowed` (405): Method not allowed
             *     - `multipart_broken` (400): The form data is damaged
             *     - `no_second_factor_pending` (409): No second factor is being set up
             *     - `not_found` (404): Not found
             *     - `own_account` (409): This cannot be done to the own account
             *     - `platform_has_tickets` (409): The platform still has tickets
             *     - `platform_name_taken` (409): The name is taken
             *     - `platform_not_found` (404): There is no such platform
             *     - `precondition_failed` (412): It was changed in the meantime
             *     - `range_not_satisfiable` (416): The range is outside the archive
             *     - `recent_login_required` (403): Log in again first
             *     - `replay_ended` (409): The replay has ended
             *     - `replay_exists` (409): This archive is being replayed there already
             *     - `replay_not_found` (404): There is no such replay
             *     - `request_timeout` (408): The request took too long
             *     - `scope_missing` (403): The API key does not allow this
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `second_factor_exists` (409): The account has a second factor already
             *     - `second_factor_required` (403): This login did not use a second factor
             *     - `self_test_needs_public_url` (409): PUBLIC_URL is not set
             *     - `setup_code_invalid` (403): The set-up code cannot be used
             *     - `several_files` (400): There is more than one file
             *     - `shutting_down` (503): The server is restarting
             *     - `shuttle_key_refused` (502): The log shuttle does not take the key
             *     - `shuttle_not_configured` (404): There is no log shuttle here
             *     - `shuttle_unreachable` (503): The log shuttle does not answer
             *     - `storage_full` (507): There is not enough space
             *     - `ticket_not_found` (404): There is no such ticket
             *     - `ticket_number_taken` (409): The number is taken
             *     - `ticket_resolved` (423): The case is closed
             *     - `token_expired` (423): The upload token has expired
             *     - `token_lifetime_too_long` (422): The lifetime is too long
             *     - `token_not_found` (404): There is no such upload token
             *     - `token_revoked` (423): The upload token was withdrawn
             *     - `too_many_captures` (429): Too many captures are under way
             *     - `too_many_connections` (429): Too many connections
             *     - `too_many_replays` (429): Too many replays are under way
             *     - `too_many_requests` (429): Too many requests
             *     - `too_many_tails` (429): Too many live tails are open
             *     - `too_many_uploads` (429): Too many uploads at once
             *     - `tus_version_unsupported` (412): Another version of tus is needed
             *     - `two_factor_required` (401): A code of the second factor is needed
             *     - `unauthenticated` (401): Log in first
             *     - `unavailable` (503): Not available at the moment
             *     - `unsupported_media_type` (415): This type of body is not accepted here
             *     - `upload_busy` (503): The upload cannot go on at the moment
             *     - `upload_finished` (409): The upload is finished
             *     - `upload_finishing` (503): The upload is being finished
             *     - `upload_header_invalid` (400): An upload header is not right
             *     - `upload_key_reused` (422): The key belongs to another file
             *     - `upload_length_exceeded` (413): There are more bytes than announced
             *     - `upload_locked` (409): A newer request continues this upload
             *     - `upload_not_found` (404): There is no such upload
             *     - `upload_offset_mismatch` (409): The upload stands at another offset
             *     - `upload_token_missing` (401): An upload token is needed
             *     - `upload_token_unknown` (403): The upload token is not known
             *     - `username_taken` (409): The user name is taken
             *     - `validation_failed` (422): Some fields are not right
             *     - `wrong_code` (403): The code is not right
             *     - `wrong_password` (403): The password is not right
             * @enum {string}
             */
            code: "archive_bytes_missing" | "archive_corrupt" | "archive_not_found" | "archive_not_text" | "archive_too_large" | "attempts_exhausted" | "attempts_in_use" | "bad_request" | "body_cut" | "body_timeout" | "body_too_large" | "capture_ended" | "capture_exists" | "capture_not_found" | "capture_ticket_resolved" | "checksum_mismatch" | "conflict" | "cross_site_request" | "database_full" | "digest_mismatch" | "drain_exists" | "drain_not_found" | "drain_paused" | "drain_tls_invalid" | "drain_url_invalid" | "enrolment_by_invitation" | "expectation_failed" | "file_empty" | "file_missing" | "forbidden" | "fresh_second_factor_required" | "headers_too_large" | "host_not_allowed" | "internal_error" | "invalid_credentials" | "invalid_token" | "invitation_invalid" | "last_administrator" | "malformed_request" | "method_not_allowed" | "multipart_broken" | "no_second_factor_pending" | "not_found" | "own_account" | "platform_has_tickets" | "platform_name_taken" | "platform_not_found" | "precondition_failed" | "range_not_satisfiable" | "recent_login_required" | "replay_ended" | "replay_exists" | "replay_not_found" | "request_timeout" | "scope_missing" | "second_factor_enrolment_required" | "second_factor_exists" | "second_factor_required" | "self_test_needs_public_url" | "setup_code_invalid" | "several_files" | "shutting_down" | "shuttle_key_refused" | "shuttle_not_configured" | "shuttle_unreachable" | "storage_full" | "ticket_not_found" | "ticket_number_taken" | "ticket_resolved" | "token_expired" | "token_lifetime_too_long" | "token_not_found" | "token_revoked" | "too_many_captures" | "too_many_connections" | "too_many_replays" | "too_many_requests" | "too_many_tails" | "too_many_uploads" | "tus_version_unsupported" | "two_factor_required" | "unauthenticated" | "unavailable" | "unsupported_media_type" | "upload_busy" | "upload_finished" | "upload_finishing" | "upload_header_invalid" | "upload_key_reused" | "upload_length_exceeded" | "upload_locked" | "upload_not_found" | "upload_offset_mismatch" | "upload_token_missing" | "upload_token_unknown" | "username_taken" | "validation_failed" | "wrong_code" | "wrong_password";
            /** @description What happened here and what to do. */
            detail: string;
            /** @description The same as `detail`, for clients of the original application. */
            error: string;
            /** @description Which fields are not right, with `validation_failed`. */
            errors?: {
                /** @description Why. */
                detail: string;
                /** @description JSON pointer into the body, or a query parameter. */
                pointer: string;
            }[];
            /** @description Under which the log of the server has more. */
            request_id: string;
            /** @description The status of the answer. */
            status: number;
            /** @description Short, and the same for every occurrence. */
            title: string;
            /** @description Where the code is explained, relative to the server. */
            type: string;
        };
        ReceiptKey: {
            /**
             * @description RFC 8037.
             * @enum {string}
             */
            alg: "EdDSA";
            /**
             * @description RFC 8037.
             * @enum {string}
             */
            crv: "Ed25519";
            /**
             * @description Its thumbprint (RFC 7638); the header of a receipt names its key by it.
             * @example kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k
             */
            kid: string;
            /**
             * @description RFC 8037.
             * @enum {string}
             */
            kty: "OKP";
            /**
             * @description Signatures only.
             * @enum {string}
             */
            use: "sig";
            /**
             * @description The public key, base64url (RFC 8037).
             * @example 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo
             */
            x: string;
        };
        ReceiptKeySet: {
            /** @description The one in use, and while SECRET_KEY_PREVIOUS is set the one before. */
            keys: components["schemas"]["ReceiptKey"][];
        };
        ReceiptView: {
            /**
             * Format: uri
             * @description Where staff download it.
             */
            file: string;
            /**
             * @description Identifier; never reused.
             * @example 019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11
             */
            id: string;
            /**
             * @description File name, as the customer sent it.
             * @example bundle.tar.gz
             */
            name: string;
            /** @description The same, signed (compact JWS, EdDSA); the keys are at /api/v1/receipt-key. */
            receipt: string;
            /**
             * @description Of the stored bytes, in hexadecimal digits.
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            sha256: string;
            /**
             * @description Bytes.
             * @example 1932735283
             */
            size: number;
            /**
             * @description Number of the ticket.
             * @example SUP-1482
             */
            ticket: string;
            /**
             * Format: date-time
             * @description When it was stored.
             */
            time_create: string;
        };
        RecoveryCodesView: {
            /**
             * @description Ten codes, shown this once; each stands in for the second factor once.
             * @example [
             *       "7k2m-q0vd-9xwe-13ab-c4tz-r8hn"
             *     ]
             */
            recovery_codes: string[];
        };
        RefreshBody: {
            /**
             * @description The refresh token; not with `?cookie=1`.
             * @example kQ3vX9pLr7TzWm2NcY8bHd5JfGs4AeUoRi6tXq1Zy0M
             */
            refresh?: string;
        };
        ReplayInput: {
            /**
             * @description Where its lines go.
             * @example 4a2f7f43-3b8c-4c39-9d5c-7a1f2f2b1c55
             */
            drain_id: string;
        };
        ReplayView: {
            /**
             * @description Id of the archive.
             * @example 019a9a60-0b3e-7a41-8f0e-2b7d5c9e1f30
             */
            archive: string;
            /**
             * @description File name of the archive.
             * @example system.log.gz
             */
            archive_name: string;
            /**
             * @description How much of it is sent.
             * @example 811204608
             */
            bytes_read: number;
            /**
             * @description Id of the drain.
             * @example 4a2f7f43-3b8c-4c39-9d5c-7a1f2f2b1c55
             */
            drain_id: string;
            /**
             * @description HOSTNAME of the packets.
             * @example shop-production
             */
            drain_token: string;
            /**
             * Format: date-time
             * @description null while it goes on.
             */
            ended_at: string | null;
            /**
             * @description Why it failed; of a running one, what it waits for.
             * @example The drain is paused. Let it go on first.
             */
            error: string | null;
            /**
             * @description Identifier; never reused.
             * @example 019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11
             */
            id: string;
            /**
             * @description Given up by the drain, as its buffer was full.
             * @example 0
             */
            lines_dropped: number;
            /**
             * @description Delivered, or safe with the log shuttle.
             * @example 5204117
             */
            lines_sent: number;
            /**
             * Format: date-time
             * @description When it began.
             */
            started_at: string;
            /**
             * @description Who began it.
             * @example anna
             */
            started_by: string;
            /**
             * @description `failed`: the reason is in `error`.
             * @enum {string}
             */
            state: "running" | "done" | "failed" | "cancelled";
            /**
             * @description Number of the ticket; each line carries it.
             * @example SUP-1482
             */
            ticket: string;
            /**
             * @description Size of the archive.
             * @example 1932735283
             */
            total_bytes: number;
        };
        SelfTestCheckView: {
            /**
             * @description The same in English.
             * @example Bytes of an upload arrive as they are sent.
             */
            detail: string;
            /**
             * @description What was seen, for words of one’s own.
             * @enum {string}
             */
            finding: "leads_here" | "no_answer" | "leads_elsewhere" | "forwarded" | "proxy_not_trusted" | "forwarded_otherwise" | "uploads_stream" | "uploads_held_back" | "sizes_pass" | "sizes_limited" | "sizes_refused" | "events_at_once" | "events_held_back" | "refusals_first" | "refusals_late" | "not_found_out";
            /**
             * @description What is looked at.
             * @enum {string}
             */
            name: "reachable" | "forwarded" | "request_streaming" | "body_size" | "response_streaming" | "expect_continue";
            /**
             * @description `warning`: works, with a drawback that has no remedy there.
             * @enum {string}
             */
            status: "ok" | "warning" | "failed" | "unknown";
            /**
             * @description What belongs into the sentence of the finding.
             * @example {
             *       "seen": "https://logs.example.com"
             *     }
             */
            values: {
                [key: string]: string;
            };
        };
        SelfTestView: {
            /** @description What it found, one by one. */
            checks: components["schemas"]["SelfTestCheckView"][];
            /**
             * @description The address it asked at.
             * @example https://logs.example.com
             */
            public_url: string;
        };
        SessionView: {
            /**
             * @description The client's address.
             * @example 203.0.113.7
             */
            address: string;
            /**
             * @description The client's User-Agent.
             * @example Mozilla/5.0 (X11; Linux x86_64)
             */
            agent: string;
            /** @description The session of this very request. */
            current: boolean;
            /**
             * Format: date-time
             * @description When it ends whatever happens.
             */
            expires_at: string;
            /**
             * @description Identifier; never reused.
             * @example 0193f1a2-7c54-7e0b-9a3f-2b6f6a0a9d11
             */
            id: string;
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_seen_at: string;
            /**
             * Format: date-time
             * @description When the second factor was last used in it; null before.
             */
            second_factor_at: string | null;
            /**
             * Format: date-time
             * @description When it began.
             */
            time_create: string;
            /**
             * @description How it is carried: in a header by a script, in a cookie by a browser.
             * @enum {string}
             */
            transport: "bearer" | "cookie";
        };
        SetupBody: {
            /**
             * @description Needed when a second factor is replaced: its code, or a recovery code.
             * @example 123456
             */
            otp?: string;
            /**
             * Format: password
             * @description Needed when a second factor is replaced.
             * @example a long walk to the lighthouse
             */
            password?: string;
        };
        ShuttleStatusView: {
            /**
             * @description What to do, where it is not `ready`.
             * @example The log shuttle does not answer at SHUTTLE_URL. Logs go on without it.
             */
            detail: string | null;
            /**
             * @description `not_configured`: no SHUTTLE_URL; `key_refused`: another SHUTTLE_AUTH_KEY than its AUTH_KEY.
             * @enum {string}
             */
            state: "ready" | "not_configured" | "unreachable" | "key_refused";
        };
        StorageSampleView: {
            /** @description Size of the archives, in bytes. */
            archives_bytes: number;
            /** @description How many archives. */
            archives_count: number;
            /** @description Bytes free on the volume. */
            free: number;
            /**
             * Format: date-time
             * @description When it was measured.
             */
            time: string;
            /** @description Size of the volume, in bytes. */
            total: number;
        };
        StorageView: {
            /** @description Bytes of all archives. */
            archives_bytes: number;
            /** @description How many archives. */
            archives_count: number;
            /** @description Bytes free on the volume; null where the store has no end. */
            free: number | null;
            /** @description Largest first. */
            platforms: components["schemas"]["PlatformUsage"][];
            /**
             * @description How urgent it is to make space.
             * @enum {string}
             */
            status: "ok" | "warning" | "critical";
            /** @description Bytes in all; null where the store knows no limit. */
            total: number | null;
            /** @description Bytes in use on the volume, by anything; null where the store has no end. */
            used: number | null;
            /**
             * @description Of the volume; null where the store has no end.
             * @example 38.2
             */
            used_percent: number | null;
        };
        TicketInput: {
            /**
             * @description Archives that the newest open token allows.
             * @example 5
             */
            attempts?: number | null;
            /**
             * Format: date-time
             * @description When the newest open token ends; null is TOKEN_LIFETIME from now for a new one.
             * @example null
             */
            expires_at?: string | null;
            /**
             * @description Markdown.
             * @example Crashes after the upgrade
             */
            note?: string;
            /**
             * @description An integer is accepted too.
             * @example SUP-1482
             */
            number: string;
            /**
             * @description Name (slug) or id of the platform.
             * @example vmmanager-6
             */
            platform: string;
            /**
             * @description true closes the door of every upload token.
             * @example false
             */
            resolved?: boolean;
        };
        TicketPatch: {
            /**
             * @description Archives that the newest open token allows.
             * @example 5
             */
            attempts?: number | null;
            /**
             * Format: date-time
             * @description When the newest open token ends; null is TOKEN_LIFETIME from now for a new one.
             * @example null
             */
            expires_at?: string | null;
            /**
             * @description Markdown.
             * @example Crashes after the upgrade
             */
            note?: string;
            /**
             * @description Its number in the help desk; unique.
             * @example SUP-1482
             */
            number?: string;
            /**
             * @description Name (slug) or id of the platform.
             * @example vmmanager-6
             */
            platform?: string;
            /**
             * @description true closes the door of every upload token.
             * @example false
             */
            resolved?: boolean;
        };
        TicketsResolution: {
            /**
             * @description Numbers of the tickets.
             * @example [
             *       "SUP-1482",
             *       "SUP-1479"
             *     ]
             */
            numbers: string[];
            /**
             * @description false opens them again.
             * @example true
             */
            resolved: boolean;
        };
        TicketsResolutionResult: {
            /** @description Numbers of the tickets that are now so. */
            changed: string[];
            /** @description Numbers of which there is no ticket. */
            missing: string[];
        };
        TicketView: {
            /**
             * @description Size of all its archives, in bytes.
             * @example 2147483648
             */
            archives_bytes: number;
            /**
             * @description How many archives it has.
             * @example 2
             */
            archives_count: number;
            /**
             * @description Archives which that token still allows.
             * @example 5
             */
            attempts: number | null;
            /**
             * Format: date-time
             * @description When that token ends.
             */
            expires_at: string | null;
            /**
             * @description Where the help desk has it; null where the server does not know.
             * @example https://help.example.com/tickets/SUP-1482
             */
            help_desk_url: string | null;
            /**
             * @description Identifier; never reused.
             * @example 019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11
             */
            id: string;
            /**
             * @description Markdown.
             * @example Crashes after the upgrade
             */
            note: string;
            /**
             * @description Its number in the help desk; unique.
             * @example SUP-1482
             */
            number: string;
            /**
             * @description Name (slug) of its platform.
             * @example vmmanager-6
             */
            platform: string;
            /**
             * @description Closed; nothing more can be uploaded.
             * @example false
             */
            resolved: boolean;
            /**
             * Format: date-time
             * @description When it was made.
             */
            time_create: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            time_update: string;
            /** @description Newest open upload token; null for viewers and where none is open. */
            token: string | null;
            /**
             * @description Who created it.
             * @example anna
             */
            user: string;
            /**
             * @description Counts edits, not uploads; also the entity tag.
             * @example 1
             */
            version: number;
        };
        TimelineEntryView: {
            /**
             * @description What was done.
             * @example archive.downloaded
             * @enum {string}
             */
            action: "ticket.created" | "ticket.changed" | "ticket.resolved" | "ticket.reopened" | "token.created" | "token.changed" | "token.revoked" | "upload.started" | "upload.interrupted" | "archive.received" | "archive.downloaded" | "archive.deleted" | "archive.missing" | "archive.corrupt" | "archive.stored" | "capture.started" | "capture.stopped" | "capture.cancelled" | "capture.ended" | "replay.started" | "replay.cancelled" | "replay.ended";
            /**
             * @description Who did it.
             * @example staff
             * @enum {string}
             */
            actor_kind: "staff" | "customer" | "system";
            /**
             * @description User name, or the label of a customer's upload token.
             * @example anna
             */
            actor_name: string | null;
            /**
             * @description Identifier; never reused.
             * @example 019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11
             */
            id: string;
            /**
             * @description Name of the archive or upload, label of the upload token, or the app or site that is captured.
             * @example bundle.tar.gz
             */
            name: string | null;
            /**
             * @description What ended a capture, or what became of a replay.
             * @enum {string|null}
             */
            outcome: "time" | "size" | "staff" | "fault" | "done" | "failed" | null;
            /**
             * @description What went wrong with a capture or a replay.
             * @example There is not enough space. The archive ends there.
             */
            reason: string | null;
            /**
             * @description Bytes of the archive, announced of the upload, or of the text that was captured.
             * @example 1932735283
             */
            size: number | null;
            /**
             * Format: date-time
             * @description When it happened.
             */
            time: string;
        };
        TokenCheck: {
            /**
             * @description Archives that may still be uploaded.
             * @example 5
             */
            attempts: number;
            /**
             * Format: date-time
             * @description When it stops working.
             */
            expires_at: string;
            /**
             * @description Path of its logo.
             * @example /api/v1/logo
             */
            logo_url: string | null;
            /**
             * @description Largest archive, in bytes.
             * @example 107374182400
             */
            max_bytes: number;
            /**
             * @description Whose server it is.
             * @example Acme Support
             */
            organisation: string | null;
            /**
             * @description Pretty name of the platform.
             * @example VMmanager 6
             */
            platform: string;
            /**
             * @description The case is closed.
             * @example false
             */
            resolved: boolean;
            /**
             * @description Number of the ticket.
             * @example SUP-1482
             */
            ticket: string;
        };
        TokenInput: {
            /**
             * @description Archives that it still allows.
             * @example 5
             */
            attempts?: number;
            /**
             * Format: date-time
             * @description When it stops working; in TOKEN_LIFETIME where left out.
             * @example 2026-12-01T12:00:00Z
             */
            expires_at?: string;
            /**
             * @description For people, such as whom it is for.
             * @example second node
             */
            label?: string;
        };
        TokensView: {
            /** @description For `Authorization: Bearer`; null with `?cookie=1`. */
            access: string | null;
            /**
             * @description Seconds that the access token holds.
             * @example 600
             */
            expires_in: number;
            /** @description Gives new access tokens until the session ends; null with `?cookie=1` and where it did not change. */
            refresh: string | null;
        };
        TokenView: {
            /**
             * @description Archives that it still allows, those of uploads under way included.
             * @example 5
             */
            attempts: number;
            /**
             * @description How many of them uploads under way hold.
             * @example 1
             */
            attempts_open: number;
            /**
             * @description Archives that came through it.
             * @example 0
             */
            attempts_used: number;
            /**
             * Format: date-time
             * @description When it stops working.
             */
            expires_at: string;
            /**
             * @description Identifier; never reused.
             * @example 019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11
             */
            id: string;
            /**
             * @description For people, such as whom it is for; may be empty.
             * @example for the DBA
             */
            label: string;
            /**
             * Format: date-time
             * @description null until it is used.
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description null while it works.
             */
            revoked_at: string | null;
            /**
             * @description Number of its ticket.
             * @example SUP-1482
             */
            ticket: string;
            /** @description The token itself. Showing it is recorded in the audit trail. */
            token: string;
            /**
             * Format: uri
             * @description What to send to the customer.
             * @example https://logs.example.com/u#ms6owggg7c7n4rw3tg7kv6sgqpl7q5pb
             */
            upload_url: string;
        };
        TwoFactorView: {
            /** @description The account has a second factor. */
            enrolled: boolean;
            /** @description A first one may be set up with POST /api/v1/auth/2fa/setup. */
            may_enrol: boolean;
            /**
             * Format: date-time
             * @description When this login proved it last; some actions need that within five minutes.
             */
            verified_at: string | null;
        };
        UploadView: {
            /**
             * @description How it comes.
             * @enum {string}
             */
            door: "tus" | "put" | "multipart" | "capture";
            /**
             * Format: date-time
             * @description When its bytes are thrown away, unless it is finished before.
             */
            expires_at: string;
            /**
             * @description Identifier; never reused.
             * @example 5f9f3e8a4a115f9f3e8a4a115f9f3e8a
             */
            id: string;
            /**
             * @description File name, as the customer sent it.
             * @example bundle.tar.gz
             */
            name: string;
            /** @description Bytes that are kept whatever happens. */
            offset: number;
            /** @description Bytes in all; null while the client does not know. */
            size: number | null;
            /**
             * @description `finishing`: everything is there and is being put away.
             * @enum {string}
             */
            state: "receiving" | "finishing";
            /**
             * Format: date-time
             * @description When it began.
             */
            time_create: string;
            /**
             * Format: date-time
             * @description When its last bytes came.
             */
            time_update: string;
            /**
             * @description The customer's address.
             * @example 203.0.113.7
             */
            uploaded_from: string;
        };
        UserInput: {
            /**
             * @description What the user may do.
             * @example staff
             * @enum {string}
             */
            role: "viewer" | "staff" | "admin";
            /**
             * @description Kept in lower case.
             * @example anna
             */
            username: string;
        };
        UserPatch: {
            /**
             * @description false ends sessions and keys, as DELETE does.
             * @example true
             */
            is_active?: boolean;
            /**
             * @description What the user may do.
             * @example viewer
             * @enum {string}
             */
            role?: "viewer" | "staff" | "admin";
        };
        UserView: {
            /**
             * @description How the name is shown; null where the user has set none.
             * @example Anna Lind
             */
            display_name: string | null;
            /** @description false until an invitation has been accepted. */
            has_password: boolean;
            /** @description A second factor is set up. */
            has_second_factor: boolean;
            /**
             * @description Identifier; never reused.
             * @example 0193f1a2-7c54-7e0b-9a3f-2b6f6a0a9d11
             */
            id: string;
            /** @description May log in. */
            is_active: boolean;
            /**
             * Format: date-time
             * @description null before the first login.
             */
            last_login_at: string | null;
            /**
             * @description What the user may do.
             * @example staff
             * @enum {string}
             */
            role: "viewer" | "staff" | "admin";
            /**
             * Format: date-time
             * @description When it was made.
             */
            time_create: string;
            /**
             * @description In lower case; for the login, and unique.
             * @example anna
             */
            username: string;
        };
        VerifiedView: {
            /**
             * Format: date-time
             * @description When the code was taken.
             */
            verified_at: string;
        };
        VerifyBody: {
            /**
             * @description An access or a refresh token; without it the access cookie.
             * @example kQ3vX9pLr7TzWm2NcY8bHd5JfGs4AeUoRi6tXq1Zy0M
             */
            token?: string;
        };
        VerifyView: {
            /**
             * @description It would be accepted.
             * @example true
             */
            valid: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    docs_index: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archives_list: {
        parameters: {
            query?: {
                /** @description Where to go on; from the Link header of the page before. */
                cursor?: string;
                /** @description Exactly this identifier. */
                id?: string;
                /** @description Identifiers from this one on. */
                id__gte?: string;
                /** @description Comma list of ids. */
                id__in?: string;
                /** @description Identifiers up to this one. */
                id__lte?: string;
                /** @description Items on one page; more than 1000 are never answered. */
                limit?: number;
                /** @description Part of the name. */
                name?: string;
                /** @description Name (slug) or id of the platform. */
                platform?: string;
                /** @description Its first hexadecimal digits, or all 64. */
                sha256?: string;
                /** @description Number of the ticket, or a comma list. */
                ticket?: string;
                /** @description Number of a ticket; 9 comes before 10. */
                ticket__gte?: string;
                /** @description Number of a ticket; 9 comes before 10. */
                ticket__lte?: string;
                /** @description To the millisecond. */
                time_create?: string;
                /** @description Stored then or later. */
                time_create__gte?: string;
                /** @description Stored then or earlier. */
                time_create__lte?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArchiveView"][];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `platform_not_found` (404): There is no such platform */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    wholeFile_putStream: {
        parameters: {
            query?: never;
            header?: {
                /** @description A secret of your making; a repeated request with the same one and the same file gets the answer of the first, and 422 for another file. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceiptView"];
                };
            };
            /**
             * @description - `file_empty` (400): The file is empty
             *     - `body_cut` (400): The body ended too early
             *     - `upload_header_invalid` (400): An upload header is not right
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_missing` (401): An upload token is needed */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_unknown` (403): The upload token is not known */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `body_timeout` (408): The body stood still */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_too_large` (413): The file is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `digest_mismatch` (422): The bytes are not those that were announced
             *     - `upload_key_reused` (422): The key belongs to another file
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `ticket_resolved` (423): The case is closed
             *     - `token_expired` (423): The upload token has expired
             *     - `token_revoked` (423): The upload token was withdrawn
             *     - `attempts_exhausted` (423): The upload token is used up
             *     - `attempts_in_use` (423): All attempts are in use
             */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_uploads` (429): Too many uploads at once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `shutting_down` (503): The server is restarting
             *     - `upload_busy` (503): The upload cannot go on at the moment
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `storage_full` (507): There is not enough space */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    wholeFile_form: {
        parameters: {
            query?: never;
            header?: {
                /** @description A secret of your making; a repeated request with the same one and the same file gets the answer of the first, and 422 for another file. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceiptView"];
                };
            };
            /**
             * @description - `file_empty` (400): The file is empty
             *     - `body_cut` (400): The body ended too early
             *     - `upload_header_invalid` (400): An upload header is not right
             *     - `file_missing` (400): There is no file
             *     - `several_files` (400): There is more than one file
             *     - `multipart_broken` (400): The form data is damaged
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_missing` (401): An upload token is needed */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_unknown` (403): The upload token is not known */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `body_timeout` (408): The body stood still */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_too_large` (413): The file is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `digest_mismatch` (422): The bytes are not those that were announced
             *     - `upload_key_reused` (422): The key belongs to another file
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `ticket_resolved` (423): The case is closed
             *     - `token_expired` (423): The upload token has expired
             *     - `token_revoked` (423): The upload token was withdrawn
             *     - `attempts_exhausted` (423): The upload token is used up
             *     - `attempts_in_use` (423): All attempts are in use
             */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_uploads` (429): Too many uploads at once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `shutting_down` (503): The server is restarting
             *     - `upload_busy` (503): The upload cannot go on at the moment
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `storage_full` (507): There is not enough space */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archives_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the archive. */
                archive: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArchiveView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_not_found` (404): There is no such archive */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    wholeFile_putNamed: {
        parameters: {
            query?: never;
            header?: {
                /** @description A secret of your making; a repeated request with the same one and the same file gets the answer of the first, and 422 for another file. */
                "Idempotency-Key"?: string;
                /** @description SHA-256 of the file (RFC 9530); 422 when it is another. */
                "Repr-Digest"?: string;
            };
            path: {
                /** @description Here the name of the file. */
                archive: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceiptView"];
                };
            };
            /**
             * @description - `file_empty` (400): The file is empty
             *     - `body_cut` (400): The body ended too early
             *     - `upload_header_invalid` (400): An upload header is not right
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_missing` (401): An upload token is needed */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_unknown` (403): The upload token is not known */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `body_timeout` (408): The body stood still */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_too_large` (413): The file is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `digest_mismatch` (422): The bytes are not those that were announced
             *     - `upload_key_reused` (422): The key belongs to another file
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `ticket_resolved` (423): The case is closed
             *     - `token_expired` (423): The upload token has expired
             *     - `token_revoked` (423): The upload token was withdrawn
             *     - `attempts_exhausted` (423): The upload token is used up
             *     - `attempts_in_use` (423): All attempts are in use
             */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_uploads` (429): Too many uploads at once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `shutting_down` (503): The server is restarting
             *     - `upload_busy` (503): The upload cannot go on at the moment
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `storage_full` (507): There is not enough space */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archives_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the archive. */
                archive: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Hidden; the bytes follow. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        pending: true;
                    };
                };
            };
            /** @description Row and bytes are gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_not_found` (404): There is no such archive */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloads_download: {
        parameters: {
            query?: {
                /** @description Also bytes that a check found damaged. */
                damaged?: boolean;
            };
            header?: {
                /** @description The entity tag that the range belongs to; the whole file where it is another. */
                "If-Range"?: string;
                /** @description One range of bytes (RFC 9110 §14). */
                Range?: string;
            };
            path: {
                /** @description Id of the archive. */
                archive: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All bytes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The range. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description A browser without a login is led to it, and on from there. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tag of If-None-Match is still right. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_not_found` (404): There is no such archive */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_corrupt` (409): The archive is damaged */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_bytes_missing` (410): The bytes of the archive are gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `range_not_satisfiable` (416): The range is outside the archive */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloads_head: {
        parameters: {
            query?: {
                /** @description Also bytes that a check found damaged. */
                damaged?: boolean;
            };
            header?: never;
            path: {
                /** @description Id of the archive. */
                archive: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Content-Length, ETag, Repr-Digest. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_not_found` (404): There is no such archive */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_corrupt` (409): The archive is damaged */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_bytes_missing` (410): The bytes of the archive are gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `range_not_satisfiable` (416): The range is outside the archive */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replays_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the archive. */
                archive: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayInput"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `second_factor_required` (403): This login did not use a second factor
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `archive_not_found` (404): There is no such archive
             *     - `drain_not_found` (404): There is no such drain
             *     - `shuttle_not_configured` (404): There is no log shuttle here
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `archive_corrupt` (409): The archive is damaged
             *     - `replay_exists` (409): This archive is being replayed there already
             *     - `drain_paused` (409): The drain is paused
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_bytes_missing` (410): The bytes of the archive are gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `validation_failed` (422): Some fields are not right
             *     - `archive_not_text` (422): The archive is no text that can be replayed
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_replays` (429): Too many replays are under way */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_key_refused` (502): The log shuttle does not take the key */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_unreachable` (503): The log shuttle does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    audit_list: {
        parameters: {
            query?: {
                /** @description An action, or the beginning of one ending in ".". */
                action?: string;
                /** @description A user's name, or the id of an actor. */
                actor?: string;
                /** @description Address of the client, exactly. */
                address?: string;
                /** @description Where to go on; from the Link header of the page before. */
                cursor?: string;
                /** @description `jsonl` and `csv` answer everything, not one page. */
                format?: "json" | "jsonl" | "csv";
                /** @description Items on one page; more than 1000 are never answered. */
                limit?: number;
                /** @description Id or name of the target. */
                target?: string;
                /** @description Kind of what it was done to. */
                target_kind?: string;
                /** @description Then or later. */
                time__gte?: string;
                /** @description Then or earlier. */
                time__lte?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEventView"][];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    twoFactor_remove: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BothFactorsBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `wrong_password` (403): The password is not right
             *     - `wrong_code` (403): The code is not right
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `last_administrator` (409): There must be an administrator */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_requests` (429): Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `unavailable` (503): Not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    twoFactor_confirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OtpBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmedView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `wrong_code` (403): The code is not right
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `no_second_factor_pending` (409): No second factor is being set up */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    twoFactor_regenerate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BothFactorsBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodesView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `wrong_password` (403): The password is not right
             *     - `wrong_code` (403): The code is not right
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_requests` (429): Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `unavailable` (503): Not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    twoFactor_setUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetupBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfferedSecretView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `recent_login_required` (403): Log in again first
             *     - `enrolment_by_invitation` (403): A second factor needs an invitation
             *     - `wrong_password` (403): The password is not right
             *     - `wrong_code` (403): The code is not right
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_requests` (429): Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `unavailable` (503): Not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    twoFactor_verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OtpBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerifiedView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `wrong_code` (403): The code is not right
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_requests` (429): Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    apiKeys_list: {
        parameters: {
            query?: {
                /** @description Where to go on; from the Link header of the page before. */
                cursor?: string;
                /** @description Items on one page; more than 1000 are never answered. */
                limit?: number;
                /** @description Administrators: another user's. */
                username?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyView"][];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `not_found` (404): Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    apiKeys_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyInput"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeApiKeyView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `fresh_second_factor_required` (403): The second factor must be given again
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    apiKeys_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As the list of keys names it; not the key itself. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `fresh_second_factor_required` (403): The second factor must be given again
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `not_found` (404): Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invitations_open: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationView"];
                };
            };
            /** @description - `invitation_invalid` (404): The invitation cannot be used */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invitations_accept: {
        parameters: {
            query?: {
                /** @description For pages of this server: tokens travel in HttpOnly cookies and not in the body. */
                cookie?: "1";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptanceBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmedView"];
                };
            };
            /**
             * @description - `wrong_code` (403): The code is not right
             *     - `cross_site_request` (403): The request comes from another site
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `invitation_invalid` (404): The invitation cannot be used */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `unavailable` (503): Not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    account_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    account_update: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountPatch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    account_changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `wrong_password` (403): The password is not right
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_requests` (429): Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `unavailable` (503): Not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sessions_list: {
        parameters: {
            query?: {
                /** @description Where to go on; from the Link header of the page before. */
                cursor?: string;
                /** @description Items on one page; more than 1000 are never answered. */
                limit?: number;
                /** @description Administrators: another user's. */
                username?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"][];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `not_found` (404): Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sessions_end: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As the list of sessions names it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `fresh_second_factor_required` (403): The second factor must be given again
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `not_found` (404): Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    login_create: {
        parameters: {
            query?: {
                /** @description For pages of this server: tokens travel in HttpOnly cookies and not in the body. */
                cookie?: "1";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description With `?cookie=1`. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginView"];
                };
            };
            /**
             * @description - `invalid_credentials` (401): User name or password is not right
             *     - `two_factor_required` (401): A code of the second factor is needed
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `cross_site_request` (403): The request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_requests` (429): Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `unavailable` (503): Not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    login_logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description - `cross_site_request` (403): The request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    login_refresh: {
        parameters: {
            query?: {
                /** @description For pages of this server: tokens travel in HttpOnly cookies and not in the body. */
                cookie?: "1";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokensView"];
                };
            };
            /** @description - `invalid_token` (401): The credential is wrong or has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `cross_site_request` (403): The request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    login_verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerifyView"];
                };
            };
            /** @description - `invalid_token` (401): The credential is wrong or has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `cross_site_request` (403): The request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    captures_list: {
        parameters: {
            query?: {
                /** @description Where to go on; from the Link header of the page before. */
                cursor?: string;
                /** @description Items on one page; more than 1000 are never answered. */
                limit?: number;
                /** @description Those into this ticket. */
                ticket?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaptureView"][];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `ticket_not_found` (404): There is no such ticket */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    captures_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the capture. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaptureView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `capture_not_found` (404): There is no such capture */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    captures_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the capture. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There will be no archive. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `second_factor_required` (403): This login did not use a second factor
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `capture_not_found` (404): There is no such capture */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `capture_ended` (409): The capture has ended */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    captures_stop: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the capture. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaptureView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `second_factor_required` (403): This login did not use a second factor
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `capture_not_found` (404): There is no such capture */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health_check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status: string;
                    };
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    storage_formerReport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StorageView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tokenCheck_check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenCheck"];
                };
            };
            /** @description - `upload_token_missing` (401): An upload token is needed */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_unknown` (403): The upload token is not known */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tokenCheck_formerCheck: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The upload token. */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FormerTokenCheck"];
                };
            };
            /** @description - `token_not_found` (404): There is no such upload token */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drains_list: {
        parameters: {
            query?: {
                /** @description Those of this app in its space. */
                app_space?: string;
                /** @description Where to go on; from the Link header of the page before. */
                cursor?: string;
                /** @description Items on one page; more than 1000 are never answered. */
                limit?: number;
                /** @description Those of this site. */
                site?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DrainView"][];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_not_configured` (404): There is no log shuttle here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_key_refused` (502): The log shuttle does not take the key */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_unreachable` (503): The log shuttle does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drains_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DrainInput"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DrainView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_not_configured` (404): There is no log shuttle here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `drain_exists` (409): The drain exists already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `validation_failed` (422): Some fields are not right
             *     - `drain_url_invalid` (422): A drain cannot have this URL
             *     - `drain_tls_invalid` (422): The certificates cannot be used
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_key_refused` (502): The log shuttle does not take the key */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_unreachable` (503): The log shuttle does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drains_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the drain. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DrainView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `shuttle_not_configured` (404): There is no log shuttle here
             *     - `drain_not_found` (404): There is no such drain
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_key_refused` (502): The log shuttle does not take the key */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_unreachable` (503): The log shuttle does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drains_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the drain. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing is sent there any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `shuttle_not_configured` (404): There is no log shuttle here
             *     - `drain_not_found` (404): There is no such drain
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_key_refused` (502): The log shuttle does not take the key */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_unreachable` (503): The log shuttle does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drains_patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the drain. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DrainPatch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DrainView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `shuttle_not_configured` (404): There is no log shuttle here
             *     - `drain_not_found` (404): There is no such drain
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `validation_failed` (422): Some fields are not right
             *     - `drain_tls_invalid` (422): The certificates cannot be used
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_key_refused` (502): The log shuttle does not take the key */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_unreachable` (503): The log shuttle does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drains_test: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the drain. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DrainTestView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `shuttle_not_configured` (404): There is no log shuttle here
             *     - `drain_not_found` (404): There is no such drain
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_key_refused` (502): The log shuttle does not take the key */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_unreachable` (503): The log shuttle does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drains_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShuttleStatusView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drainTail_stream: {
        parameters: {
            query?: {
                /** @description Together with `space`. */
                app?: string;
                /** @description So many lines of the past first, as far as Kafka has them. */
                lines?: number;
                /** @description In place of `app` and `space`. */
                site?: string;
                /** @description Space of the app. */
                space?: string;
                /** @description Go on with what comes; else end after the past. */
                tail?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Does not end by itself before an hour has passed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example : begins
                     *     2026-11-25T19:03:20Z shop-production app[web.6d4cf56db6-abcde]: hello
                     *     : keep-alive
                     */
                    "text/plain": string;
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `second_factor_required` (403): This login did not use a second factor
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_not_configured` (404): There is no log shuttle here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_tails` (429): Too many live tails are open */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_key_refused` (502): The log shuttle does not take the key */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_unreachable` (503): The log shuttle does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events_stream: {
        parameters: {
            query?: never;
            header?: {
                /** @description The last event that was seen; the stream begins with the next. Browsers send it by themselves. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Does not end by itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example id: 42
                     *     event: archive.received
                     *     data: {"ticket_id":"019a9a5e-6c1c-7c3a-a9c5-5f9f3e8a4a11","ticket":"SUP-1482","archive":"019a9a60-0b3e-7a41-8f0e-2b7d5c9e1f30","upload":"5f9f3e8a4a115f9f3e8a4a115f9f3e8a","size":1932735283,"time":"2026-11-20T20:14:22.000Z"}
                     */
                    "text/event-stream": string;
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logo_logo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                    "image/png": string;
                    "image/svg+xml": string;
                    "image/webp": string;
                };
            };
            /** @description The tag of If-None-Match is still right. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description - `not_found` (404): Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    platforms_list: {
        parameters: {
            query?: {
                /** @description Where to go on; from the Link header of the page before. */
                cursor?: string;
                /** @description Items on one page; more than 1000 are never answered. */
                limit?: number;
                /** @description Part of the name or of the pretty name. */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformView"][];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    platforms_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlatformInput"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `platform_name_taken` (409): The name is taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    platforms_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name (slug) or id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `platform_not_found` (404): There is no such platform */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    platforms_put: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version you have read; 412 when it is not the present one. */
                "If-Match"?: string;
            };
            path: {
                /** @description Name (slug) or id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlatformInput"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `platform_not_found` (404): There is no such platform */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `platform_name_taken` (409): The name is taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `precondition_failed` (412): It was changed in the meantime */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    platforms_delete: {
        parameters: {
            query?: {
                /** @description Also delete its tickets and their archives. */
                cascade?: boolean;
            };
            header?: never;
            path: {
                /** @description Name (slug) or id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Hidden; the bytes follow. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        pending: true;
                    };
                };
            };
            /** @description Every row and byte is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `platform_not_found` (404): There is no such platform */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `platform_has_tickets` (409): The platform still has tickets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    platforms_patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version you have read; 412 when it is not the present one. */
                "If-Match"?: string;
            };
            path: {
                /** @description Name (slug) or id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlatformPatch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `platform_not_found` (404): There is no such platform */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `platform_name_taken` (409): The name is taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `precondition_failed` (412): It was changed in the meantime */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receiptKey_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/jwk-set+json": components["schemas"]["ReceiptKeySet"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replays_list: {
        parameters: {
            query?: {
                /** @description Those of this archive. */
                archive?: string;
                /** @description Where to go on; from the Link header of the page before. */
                cursor?: string;
                /** @description Items on one page; more than 1000 are never answered. */
                limit?: number;
                /** @description Those of archives of this ticket. */
                ticket?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayView"][];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `ticket_not_found` (404): There is no such ticket */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replays_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the replay. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `replay_not_found` (404): There is no such replay */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replays_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the replay. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No further line is sent. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `second_factor_required` (403): This login did not use a second factor
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `replay_not_found` (404): There is no such replay */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `replay_ended` (409): The replay has ended */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    selfTest_run: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SelfTestView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `self_test_needs_public_url` (409): PUBLIC_URL is not set */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setup_create: {
        parameters: {
            query?: {
                /** @description For pages of this server: tokens travel in HttpOnly cookies and not in the body. */
                cookie?: "1";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FirstAdministratorBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginView"];
                };
            };
            /**
             * @description - `setup_code_invalid` (403): The set-up code cannot be used
             *     - `cross_site_request` (403): The request comes from another site
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `not_found` (404): Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `unavailable` (503): Not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    storage_report: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StorageView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    storage_history: {
        parameters: {
            query?: {
                /** @description How far back. */
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StorageSampleView"][];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tickets_list: {
        parameters: {
            query?: {
                /** @description Where to go on; from the Link header of the page before. */
                cursor?: string;
                /** @description Exactly this identifier. */
                id?: string;
                /** @description Identifiers from this one on. */
                id__gte?: string;
                /** @description Comma list of ids. */
                id__in?: string;
                /** @description Identifiers up to this one. */
                id__lte?: string;
                /** @description Items on one page; more than 1000 are never answered. */
                limit?: number;
                /** @description Comma list of numbers. */
                number?: string;
                /** @description Part of the number. */
                number__contains?: string;
                /** @description 9 comes before 10. */
                number__gte?: string;
                /** @description Comma list of numbers. */
                number__in?: string;
                /** @description 9 comes before 10. */
                number__lte?: string;
                /** @description Downwards with a `-` before it. */
                ordering?: "number" | "-number" | "time_create" | "-time_create" | "time_update" | "-time_update" | "id" | "-id";
                /** @description Name (slug) or id of the platform. */
                platform?: string;
                /** @description Only closed ones, or only open ones. */
                resolved?: boolean;
                /** @description Words of the number or the note, all of which must occur. */
                search?: string;
                /** @description Made then or later. */
                time_create__gte?: string;
                /** @description Made then or earlier. */
                time_create__lte?: string;
                /** @description Creator's user name. */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketView"][];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `platform_not_found` (404): There is no such platform */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tickets_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketInput"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `platform_not_found` (404): There is no such platform */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `ticket_number_taken` (409): The number is taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `validation_failed` (422): Some fields are not right
             *     - `token_lifetime_too_long` (422): The lifetime is too long
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tickets_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the ticket. */
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `ticket_not_found` (404): There is no such ticket */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tickets_put: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version you have read; 412 when it is not the present one. */
                "If-Match"?: string;
            };
            path: {
                /** @description Number of the ticket. */
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketInput"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `ticket_not_found` (404): There is no such ticket
             *     - `platform_not_found` (404): There is no such platform
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `ticket_number_taken` (409): The number is taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `precondition_failed` (412): It was changed in the meantime */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `validation_failed` (422): Some fields are not right
             *     - `token_lifetime_too_long` (422): The lifetime is too long
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tickets_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the ticket. */
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Hidden; the bytes follow. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        pending: true;
                    };
                };
            };
            /** @description Every row and byte is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `ticket_not_found` (404): There is no such ticket */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tickets_patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version you have read; 412 when it is not the present one. */
                "If-Match"?: string;
            };
            path: {
                /** @description Number of the ticket. */
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketPatch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `ticket_not_found` (404): There is no such ticket
             *     - `platform_not_found` (404): There is no such platform
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `ticket_number_taken` (409): The number is taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `precondition_failed` (412): It was changed in the meantime */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `validation_failed` (422): Some fields are not right
             *     - `token_lifetime_too_long` (422): The lifetime is too long
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    captures_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the ticket. */
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CaptureInput"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaptureView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `second_factor_required` (403): This login did not use a second factor
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `ticket_not_found` (404): There is no such ticket
             *     - `shuttle_not_configured` (404): There is no log shuttle here
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `capture_exists` (409): This stream is being captured already
             *     - `capture_ticket_resolved` (409): The ticket is resolved
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_captures` (429): Too many captures are under way */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_key_refused` (502): The log shuttle does not take the key */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `shuttle_unreachable` (503): The log shuttle does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `storage_full` (507): There is not enough space */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archives_timeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the ticket. */
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimelineEntryView"][];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `ticket_not_found` (404): There is no such ticket */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tokens_list: {
        parameters: {
            query?: {
                /** @description Where to go on; from the Link header of the page before. */
                cursor?: string;
                /** @description Items on one page; more than 1000 are never answered. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Number of the ticket. */
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenView"][];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `ticket_not_found` (404): There is no such ticket */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tokens_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the ticket. */
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenInput"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `ticket_not_found` (404): There is no such ticket */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `validation_failed` (422): Some fields are not right
             *     - `token_lifetime_too_long` (422): The lifetime is too long
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archives_uploads: {
        parameters: {
            query?: {
                /** @description Where to go on; from the Link header of the page before. */
                cursor?: string;
                /** @description Items on one page; more than 1000 are never answered. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Number of the ticket. */
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadView"][];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `ticket_not_found` (404): There is no such ticket */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tickets_resolveAll: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketsResolution"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketsResolutionResult"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tokens_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the upload token; not the token itself. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `token_not_found` (404): There is no such upload token */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tokens_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the upload token; not the token itself. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It opens no door any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `token_not_found` (404): There is no such upload token */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tokens_edit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the upload token; not the token itself. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenInput"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `token_not_found` (404): There is no such upload token */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `validation_failed` (422): Some fields are not right
             *     - `token_lifetime_too_long` (422): The lifetime is too long
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tus_create: {
        parameters: {
            query?: never;
            header: {
                /** @description Version of tus. */
                "Tus-Resumable": "1.0.0";
                /** @description 1 where the length is not known yet. */
                "Upload-Defer-Length"?: string;
                /** @description A secret of your making that finds the same upload again. */
                "Upload-Key"?: string;
                /** @description Bytes in all. */
                "Upload-Length"?: string;
                /** @description `filename`, `filetype`, `sha256`, each with its value in base64. */
                "Upload-Metadata"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Location is the path of the upload. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `file_empty` (400): The file is empty
             *     - `body_cut` (400): The body ended too early
             *     - `upload_header_invalid` (400): An upload header is not right
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_missing` (401): An upload token is needed */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_unknown` (403): The upload token is not known */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_not_found` (404): There is no such upload */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `body_timeout` (408): The body stood still */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `upload_offset_mismatch` (409): The upload stands at another offset
             *     - `upload_locked` (409): A newer request continues this upload
             *     - `upload_finished` (409): The upload is finished
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `tus_version_unsupported` (412): Another version of tus is needed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `archive_too_large` (413): The file is too large
             *     - `upload_length_exceeded` (413): There are more bytes than announced
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `digest_mismatch` (422): The bytes are not those that were announced
             *     - `upload_key_reused` (422): The key belongs to another file
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `ticket_resolved` (423): The case is closed
             *     - `token_expired` (423): The upload token has expired
             *     - `token_revoked` (423): The upload token was withdrawn
             *     - `attempts_exhausted` (423): The upload token is used up
             *     - `attempts_in_use` (423): All attempts are in use
             */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_uploads` (429): Too many uploads at once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `checksum_mismatch` (460): The chunk arrived damaged */
            460: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `shutting_down` (503): The server is restarting
             *     - `upload_busy` (503): The upload cannot go on at the moment
             *     - `upload_finishing` (503): The upload is being finished
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `storage_full` (507): There is not enough space */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tus_options: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `file_empty` (400): The file is empty
             *     - `body_cut` (400): The body ended too early
             *     - `upload_header_invalid` (400): An upload header is not right
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_missing` (401): An upload token is needed */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_unknown` (403): The upload token is not known */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_not_found` (404): There is no such upload */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `body_timeout` (408): The body stood still */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `upload_offset_mismatch` (409): The upload stands at another offset
             *     - `upload_locked` (409): A newer request continues this upload
             *     - `upload_finished` (409): The upload is finished
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `tus_version_unsupported` (412): Another version of tus is needed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `archive_too_large` (413): The file is too large
             *     - `upload_length_exceeded` (413): There are more bytes than announced
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `digest_mismatch` (422): The bytes are not those that were announced
             *     - `upload_key_reused` (422): The key belongs to another file
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `ticket_resolved` (423): The case is closed
             *     - `token_expired` (423): The upload token has expired
             *     - `token_revoked` (423): The upload token was withdrawn
             *     - `attempts_exhausted` (423): The upload token is used up
             *     - `attempts_in_use` (423): All attempts are in use
             */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_uploads` (429): Too many uploads at once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `checksum_mismatch` (460): The chunk arrived damaged */
            460: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `shutting_down` (503): The server is restarting
             *     - `upload_busy` (503): The upload cannot go on at the moment
             *     - `upload_finishing` (503): The upload is being finished
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `storage_full` (507): There is not enough space */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tus_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The last part of the Location that the creation answered. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadView"] | components["schemas"]["ReceiptView"];
                };
            };
            /**
             * @description - `file_empty` (400): The file is empty
             *     - `body_cut` (400): The body ended too early
             *     - `upload_header_invalid` (400): An upload header is not right
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_missing` (401): An upload token is needed */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_unknown` (403): The upload token is not known */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_not_found` (404): There is no such upload */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `body_timeout` (408): The body stood still */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `upload_offset_mismatch` (409): The upload stands at another offset
             *     - `upload_locked` (409): A newer request continues this upload
             *     - `upload_finished` (409): The upload is finished
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `tus_version_unsupported` (412): Another version of tus is needed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `archive_too_large` (413): The file is too large
             *     - `upload_length_exceeded` (413): There are more bytes than announced
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `digest_mismatch` (422): The bytes are not those that were announced
             *     - `upload_key_reused` (422): The key belongs to another file
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `ticket_resolved` (423): The case is closed
             *     - `token_expired` (423): The upload token has expired
             *     - `token_revoked` (423): The upload token was withdrawn
             *     - `attempts_exhausted` (423): The upload token is used up
             *     - `attempts_in_use` (423): All attempts are in use
             */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_uploads` (429): Too many uploads at once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `checksum_mismatch` (460): The chunk arrived damaged */
            460: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `shutting_down` (503): The server is restarting
             *     - `upload_busy` (503): The upload cannot go on at the moment
             *     - `upload_finishing` (503): The upload is being finished
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `storage_full` (507): There is not enough space */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tus_override: {
        parameters: {
            query?: never;
            header: {
                /** @description The method that is meant. */
                "X-HTTP-Method-Override": "PATCH" | "HEAD" | "DELETE";
            };
            path: {
                /** @description The last part of the Location that the creation answered. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the method that is meant. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `file_empty` (400): The file is empty
             *     - `body_cut` (400): The body ended too early
             *     - `upload_header_invalid` (400): An upload header is not right
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_missing` (401): An upload token is needed */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_unknown` (403): The upload token is not known */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_not_found` (404): There is no such upload */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `body_timeout` (408): The body stood still */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `upload_offset_mismatch` (409): The upload stands at another offset
             *     - `upload_locked` (409): A newer request continues this upload
             *     - `upload_finished` (409): The upload is finished
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `tus_version_unsupported` (412): Another version of tus is needed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `archive_too_large` (413): The file is too large
             *     - `upload_length_exceeded` (413): There are more bytes than announced
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `digest_mismatch` (422): The bytes are not those that were announced
             *     - `upload_key_reused` (422): The key belongs to another file
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `ticket_resolved` (423): The case is closed
             *     - `token_expired` (423): The upload token has expired
             *     - `token_revoked` (423): The upload token was withdrawn
             *     - `attempts_exhausted` (423): The upload token is used up
             *     - `attempts_in_use` (423): All attempts are in use
             */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_uploads` (429): Too many uploads at once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `checksum_mismatch` (460): The chunk arrived damaged */
            460: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `shutting_down` (503): The server is restarting
             *     - `upload_busy` (503): The upload cannot go on at the moment
             *     - `upload_finishing` (503): The upload is being finished
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `storage_full` (507): There is not enough space */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tus_terminate: {
        parameters: {
            query?: never;
            header: {
                /** @description Version of tus. */
                "Tus-Resumable": "1.0.0";
            };
            path: {
                /** @description The last part of the Location that the creation answered. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `file_empty` (400): The file is empty
             *     - `body_cut` (400): The body ended too early
             *     - `upload_header_invalid` (400): An upload header is not right
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_missing` (401): An upload token is needed */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_unknown` (403): The upload token is not known */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_not_found` (404): There is no such upload */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `body_timeout` (408): The body stood still */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `upload_offset_mismatch` (409): The upload stands at another offset
             *     - `upload_locked` (409): A newer request continues this upload
             *     - `upload_finished` (409): The upload is finished
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `tus_version_unsupported` (412): Another version of tus is needed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `archive_too_large` (413): The file is too large
             *     - `upload_length_exceeded` (413): There are more bytes than announced
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `digest_mismatch` (422): The bytes are not those that were announced
             *     - `upload_key_reused` (422): The key belongs to another file
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `ticket_resolved` (423): The case is closed
             *     - `token_expired` (423): The upload token has expired
             *     - `token_revoked` (423): The upload token was withdrawn
             *     - `attempts_exhausted` (423): The upload token is used up
             *     - `attempts_in_use` (423): All attempts are in use
             */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_uploads` (429): Too many uploads at once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `checksum_mismatch` (460): The chunk arrived damaged */
            460: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `shutting_down` (503): The server is restarting
             *     - `upload_busy` (503): The upload cannot go on at the moment
             *     - `upload_finishing` (503): The upload is being finished
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `storage_full` (507): There is not enough space */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tus_head: {
        parameters: {
            query?: never;
            header: {
                /** @description Version of tus. */
                "Tus-Resumable": "1.0.0";
            };
            path: {
                /** @description The last part of the Location that the creation answered. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Upload-Offset, Upload-Length, Upload-Expires, Upload-Metadata as it came. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `file_empty` (400): The file is empty
             *     - `body_cut` (400): The body ended too early
             *     - `upload_header_invalid` (400): An upload header is not right
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_missing` (401): An upload token is needed */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_unknown` (403): The upload token is not known */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_not_found` (404): There is no such upload */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `body_timeout` (408): The body stood still */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `upload_offset_mismatch` (409): The upload stands at another offset
             *     - `upload_locked` (409): A newer request continues this upload
             *     - `upload_finished` (409): The upload is finished
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `tus_version_unsupported` (412): Another version of tus is needed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `archive_too_large` (413): The file is too large
             *     - `upload_length_exceeded` (413): There are more bytes than announced
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `digest_mismatch` (422): The bytes are not those that were announced
             *     - `upload_key_reused` (422): The key belongs to another file
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `ticket_resolved` (423): The case is closed
             *     - `token_expired` (423): The upload token has expired
             *     - `token_revoked` (423): The upload token was withdrawn
             *     - `attempts_exhausted` (423): The upload token is used up
             *     - `attempts_in_use` (423): All attempts are in use
             */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_uploads` (429): Too many uploads at once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `checksum_mismatch` (460): The chunk arrived damaged */
            460: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `shutting_down` (503): The server is restarting
             *     - `upload_busy` (503): The upload cannot go on at the moment
             *     - `upload_finishing` (503): The upload is being finished
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `storage_full` (507): There is not enough space */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tus_patch: {
        parameters: {
            query?: never;
            header: {
                /** @description Version of tus. */
                "Tus-Resumable": "1.0.0";
                /** @description `sha1` or `sha256`, a space, the digest in base64; 460 when it is another. */
                "Upload-Checksum"?: string;
                /** @description How many bytes the server has, as HEAD says. */
                "Upload-Offset": string;
            };
            path: {
                /** @description The last part of the Location that the creation answered. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Upload-Offset is durable. The last one carries Upload-Archive and Repr-Digest. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `file_empty` (400): The file is empty
             *     - `body_cut` (400): The body ended too early
             *     - `upload_header_invalid` (400): An upload header is not right
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_missing` (401): An upload token is needed */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_token_unknown` (403): The upload token is not known */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `upload_not_found` (404): There is no such upload */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `body_timeout` (408): The body stood still */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `upload_offset_mismatch` (409): The upload stands at another offset
             *     - `upload_locked` (409): A newer request continues this upload
             *     - `upload_finished` (409): The upload is finished
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `tus_version_unsupported` (412): Another version of tus is needed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `archive_too_large` (413): The file is too large
             *     - `upload_length_exceeded` (413): There are more bytes than announced
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `digest_mismatch` (422): The bytes are not those that were announced
             *     - `upload_key_reused` (422): The key belongs to another file
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `ticket_resolved` (423): The case is closed
             *     - `token_expired` (423): The upload token has expired
             *     - `token_revoked` (423): The upload token was withdrawn
             *     - `attempts_exhausted` (423): The upload token is used up
             *     - `attempts_in_use` (423): All attempts are in use
             */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `too_many_uploads` (429): Too many uploads at once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `checksum_mismatch` (460): The chunk arrived damaged */
            460: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `shutting_down` (503): The server is restarting
             *     - `upload_busy` (503): The upload cannot go on at the moment
             *     - `upload_finishing` (503): The upload is being finished
             */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `storage_full` (507): There is not enough space */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_list: {
        parameters: {
            query?: {
                /** @description Where to go on; from the Link header of the page before. */
                cursor?: string;
                /** @description Items on one page; more than 1000 are never answered. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"][];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserInput"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedUserView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `fresh_second_factor_required` (403): The second factor must be given again
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `username_taken` (409): The user name is taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name for the login. */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `not_found` (404): Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_deactivate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name for the login. */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `fresh_second_factor_required` (403): The second factor must be given again
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `not_found` (404): Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `last_administrator` (409): There must be an administrator */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name for the login. */
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserPatch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `fresh_second_factor_required` (403): The second factor must be given again
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `not_found` (404): Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `last_administrator` (409): There must be an administrator */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `validation_failed` (422): Some fields are not right */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_resetSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name for the login. */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedUserView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `fresh_second_factor_required` (403): The second factor must be given again
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `not_found` (404): Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `own_account` (409): This cannot be done to the own account */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_invite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name for the login. */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedUserView"];
                };
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             *     - `fresh_second_factor_required` (403): The second factor must be given again
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `not_found` (404): Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `conflict` (409): It conflicts with what exists
             *     - `second_factor_exists` (409): The account has a second factor already
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloads_downloadByName: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that the range belongs to; the whole file where it is another. */
                "If-Range"?: string;
                /** @description One range of bytes (RFC 9110 §14). */
                Range?: string;
            };
            path: {
                /** @description Name of the archive. */
                name: string;
                /** @description Number of the ticket. */
                ticket: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All bytes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The range. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description A browser without a login is led to it, and on from there. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tag of If-None-Match is still right. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `archive_not_found` (404): There is no such archive
             *     - `ticket_not_found` (404): There is no such ticket
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_corrupt` (409): The archive is damaged */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_bytes_missing` (410): The bytes of the archive are gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `range_not_satisfiable` (416): The range is outside the archive */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloads_headByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the archive. */
                name: string;
                /** @description Number of the ticket. */
                ticket: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Content-Length, ETag, Repr-Digest. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `archive_not_found` (404): There is no such archive
             *     - `ticket_not_found` (404): There is no such ticket
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_corrupt` (409): The archive is damaged */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_bytes_missing` (410): The bytes of the archive are gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `range_not_satisfiable` (416): The range is outside the archive */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloads_downloadByNameAlias: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that the range belongs to; the whole file where it is another. */
                "If-Range"?: string;
                /** @description One range of bytes (RFC 9110 §14). */
                Range?: string;
            };
            path: {
                /** @description Name of the archive. */
                name: string;
                /** @description Number of the ticket. */
                ticket: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All bytes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The range. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description A browser without a login is led to it, and on from there. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tag of If-None-Match is still right. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `archive_not_found` (404): There is no such archive
             *     - `ticket_not_found` (404): There is no such ticket
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_corrupt` (409): The archive is damaged */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_bytes_missing` (410): The bytes of the archive are gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `range_not_satisfiable` (416): The range is outside the archive */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloads_headByNameAlias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the archive. */
                name: string;
                /** @description Number of the ticket. */
                ticket: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Content-Length, ETag, Repr-Digest. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description - `unauthenticated` (401): Log in first
             *     - `invalid_token` (401): The credential is wrong or has ended
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `forbidden` (403): Not allowed
             *     - `second_factor_enrolment_required` (403): A second factor must be set up first
             *     - `cross_site_request` (403): The request comes from another site
             *     - `scope_missing` (403): The API key does not allow this
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description - `archive_not_found` (404): There is no such archive
             *     - `ticket_not_found` (404): There is no such ticket
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_corrupt` (409): The archive is damaged */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `archive_bytes_missing` (410): The bytes of the archive are gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description - `range_not_satisfiable` (416): The range is outside the archive */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health_live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status: string;
                    };
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health_ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        details: {
                            [key: string]: {
                                status: string;
                            };
                        };
                        error?: {
                            [key: string]: {
                                status: string;
                            };
                        };
                        info?: {
                            [key: string]: {
                                status: string;
                            };
                        };
                        /** @enum {string} */
                        status: "ok" | "degraded" | "error" | "shutting_down";
                    };
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        details: {
                            [key: string]: {
                                status: string;
                            };
                        };
                        error?: {
                            [key: string]: {
                                status: string;
                            };
                        };
                        info?: {
                            [key: string]: {
                                status: string;
                            };
                        };
                        /** @enum {string} */
                        status: "ok" | "degraded" | "error" | "shutting_down";
                    };
                };
            };
            /** @description Any other error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
