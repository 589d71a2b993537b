"""Types a content into the form as a person would, section by section, in a real browser."""

from typing import Any

from playwright.sync_api import Page

from networks.models import Municipality
from portal.lib.dates import PartialDate
from practices.content import Content
from practices.record import SECTIONS, Column, Field, Type, is_empty


def begin(page: Page, base: str, organisation: str, content: Content) -> int:
    """A new draft of this one of her organisations, with its kind and title; its primary key."""
    page.goto(f"{base}/scrivania/")
    page.select_option("#act-for", label=organisation)
    page.click("button:has-text('Cambia')")
    page.goto(f"{base}/scrivania/nuova/")
    page.check(f"input[value={content['kind']}]")
    page.fill("#id_title", content["title"])
    page.click("button:has-text('Comincia')")
    return int(page.url.split("/schede/")[1].split("/")[0])


def type_in(page: Page, base: str, pk: int, content: Content) -> None:
    """Every section of which the content says something, each saved with the button that goes on to the next."""
    for section in SECTIONS:
        fields = [field for field in section.fields if not is_empty(content.get(field.name))]
        if section.name == "attachments" or not fields:
            continue
        address = f"{base}/scrivania/schede/{pk}/sezioni/{section.name}/"
        if page.url != address:
            page.goto(address)
        for field in fields:
            _fill(page, field, content[field.name])
        _save(page, "button:has-text('Salva e continua')")


def _save(page: Page, button: str = "button:has-text('Salva'):not(:has-text('continua'))") -> None:
    """A page is there anew, this one with what was saved or the next; its message is a new one."""
    with page.expect_navigation():
        page.click(button)
    page.wait_for_selector("text=salvata alle")


def _fill(page: Page, field: Field, value: Any) -> None:
    match field.type:
        case Type.ROWS:
            _fill_rows(page, field, value)
        case Type.REFERENCES:
            for box in page.locator(f"input[name={field.name}]:checked").all():
                box.uncheck()
            for code in value:
                _choose(page, field.name, code)
        case Type.DATE:
            known = PartialDate.parse(value)
            page.fill(f"[name={field.name}_day]", str(known.day or ""))
            page.select_option(f"[name={field.name}_month]", str(known.month or ""))
            page.fill(f"[name={field.name}_year]", str(known.year))
        case Type.CHOICE | Type.REFERENCE:
            page.select_option(f"[name={field.name}]", value)
        case Type.TAGS:
            page.fill(f"[name={field.name}]", ", ".join(value))
        case Type.DECLARATION:
            page.check(f"[name={field.name}]")
        case _:
            page.fill(f"[name={field.name}]", str(value))


def _choose(page: Page, name: str, code: str) -> None:
    box = page.locator(f'input[name={name}][value="{code}"]')
    if box.count():
        box.check()
    else:
        # A municipality far away has no box: its name is written.
        page.get_by_label("Un altro Comune").fill(str(Municipality.objects.get(pk=code)))


def _fill_rows(page: Page, field: Field, rows: list[dict[str, Any]]) -> None:
    group = page.locator(f"[data-rows={field.name}]")
    for number, row in enumerate(rows):
        if not page.locator(f"[name={field.name}-{number}-{field.columns[0].name}]").count():
            more = group.get_by_role("button", name="Aggiungi una riga")
            # Without script there are new rows after saving.
            more.click() if more.is_visible() else _save(page)
        for column in field.columns:
            if not is_empty(row[column.name]):
                _fill_cell(page, f"[name={field.name}-{number}-{column.name}]", column, row[column.name])


def _fill_cell(page: Page, control: str, column: Column, value: Any) -> None:
    if column.choices or column.type is Type.REFERENCE:
        page.select_option(control, value)
    elif column.type is Type.MONEY:
        page.fill(control, str(value).replace(".", ","))
    else:
        page.fill(control, str(value))
