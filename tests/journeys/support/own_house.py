"""A house of its own beside the region, reached by a name, since passkeys belong to names; with two people."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browsing import Surfer, expect_accessible, expect_fits
from command_line import free_ports
from playwright.async_api import Browser, CDPSession, Page, expect
from running_region import Region

from verbund.config import NodeConfig
from verbund.demo import PASSWORD
from verbund.identity import Resetting, Role
from verbund.node import create, serving
from verbund.node.assembly import Node

SITE = "haus"


@dataclass(repr=False)
class House:
    """A running node, and windows on it."""

    node: Node
    surfer: Surfer

    def at(self, path: str = "/") -> str:
        return f"{self.node.config.base_url}{path}"

    async def forms(self, page: Page) -> None:
        """The page is accessible and fits a phone."""
        await expect_accessible(page)
        for width in (390, 1280):
            await page.set_viewport_size({"width": width, "height": 900})
            await expect_fits(page)

    async def password(self, page: Page, login: str, password: str = PASSWORD) -> None:
        """Sign in with login and password, from the start page on."""
        await page.goto(self.at("/sign-in"))
        await page.fill("#login", login)
        await page.fill("#password", password)
        await page.click("form[action^='/sign-in?'] .kern-btn--primary")

    async def inside(self, page: Page) -> None:
        await expect(page.locator(".menu__name")).to_be_attached()

    async def reset(self, login: str, reason: str) -> str:
        """What an administrator does for somebody in front of the desk; the new password."""
        node = self.node
        person = next(p for p in await node.people.all() if p.login == login)
        admin = next(p for p in await node.people.all() if p.role is Role.ADMINISTRATOR)
        resetting = Resetting(node.database, node.keys, node.house, node.people, node.audit)
        return await resetting.reset(admin.principal(node.house), person.id, reason)


@asynccontextmanager
async def own_house(browser: Browser, folder: Path, database_url: str, **settings: Any) -> AsyncIterator[House]:
    port = free_ports()
    config = NodeConfig(
        name=SITE,
        title="Haus am Markt",
        directory=folder,
        port=port,
        public_url=f"http://localhost:{port}",
        database=database_url,
        log_level="warning",
        **settings,
    )
    create(config)
    async with serving(config) as running:
        people = running.node.people
        await people.add("weber", "Dr. Anna Weber", Role.PHYSICIAN, PASSWORD)
        await people.add("kramer", "Tobias Kramer", Role.ADMINISTRATOR, PASSWORD)
        surfer = Surfer(browser, Region({SITE: config.base_url}))
        try:
            yield House(running.node, surfer)
        finally:
            await surfer.close()


async def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A device with fingerprint that this window can ask (WebAuthn's virtual authenticator)."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable", {"enableUI": False})
    made = await session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, made["authenticatorId"]
